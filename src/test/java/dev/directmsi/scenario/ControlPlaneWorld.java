package dev.directmsi.scenario;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.address.PageSize;
import dev.directmsi.control.Answer;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.control.Guard;
import dev.directmsi.control.HostRegistry;
import dev.directmsi.control.Outcome;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Invariants;
import dev.directmsi.store.JdbcContextStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/// The control plane on an H2 file. A restart closes the database and loads everything again.
final class ControlPlaneWorld extends CommandWorld {

    private final String url;
    private HikariDataSource pool;
    private JdbcContextStore store;
    private ControlPlane plane;
    private @Nullable ContextId context;

    ControlPlaneWorld(Path directory) {
        url =
                "jdbc:h2:file:"
                        + directory.resolve("world").toAbsolutePath()
                        + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
        pool = pool(url);
        Flyway.configure().dataSource(pool).load().migrate();
        store = new JdbcContextStore(pool);
        plane = plane(store);
    }

    private static HikariDataSource pool(String url) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("sa");
        pool.setPassword("");
        pool.setMaximumPoolSize(4);
        return pool;
    }

    private static ControlPlane plane(JdbcContextStore store) {
        return new ControlPlane(store, new HostRegistry(store, TopologyDocument::restore));
    }

    private ContextId context() {
        return Objects.requireNonNull(context, "the scenario opens no context");
    }

    private static <R> Answer answer(R reply, long revision) {
        return new Answer(200, Map.of(), new byte[0]);
    }

    @Override
    void open(Topology topology, @Nullable PageSize pageSize) {
        String host = "private";
        String document = TopologyDocument.render(topology);
        plane.putHost(host, StoredHost.of(host, document), Guard.NONE, ControlPlaneWorld::answer);
        var outcome = plane.open(host, "scenario", pageSize, Guard.NONE, ControlPlaneWorld::answer);
        context = ((Outcome.Done<ContextId>) outcome).reply();
    }

    @Override
    Object run(Command<?> command) {
        return done(command);
    }

    private <R> Object done(Command<R> command) {
        try {
            var outcome = plane.execute(context(), command, Guard.NONE, ControlPlaneWorld::answer);
            return Objects.requireNonNull((Object) ((Outcome.Done<R>) outcome).reply());
        } finally {
            check();
        }
    }

    private void check() {
        plane.read(
                context(),
                view -> {
                    Invariants.check(
                            view,
                            store.claims(view.info().host()).stream()
                                    .filter(claim -> claim.context().equals(context()))
                                    .map(claim -> claim.claim())
                                    .toList());
                    return true;
                });
    }

    @Override
    <T> T read(Function<ContextView, T> query) {
        return plane.read(context(), query);
    }

    @Override
    public void restart() {
        pool.close();
        pool = pool(url);
        store = new JdbcContextStore(pool);
        plane = plane(store);
        check();
    }

    @Override
    public void close() {
        pool.close();
    }
}
