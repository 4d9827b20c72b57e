package dev.directmsi.scenario;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.RulesContext;
import dev.directmsi.iommufd.RulesHost;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules alone: nothing is durable, so a restart changes nothing. Every step ends with the
/// invariants.
final class RulesWorld extends CommandWorld {

    private @Nullable RulesContext context;

    @Override
    void open(Topology topology, @Nullable PageSize pageSize) {
        var host = new RulesHost(topology);
        context =
                new RulesContext(
                        host, 1, pageSize == null ? host.topology().hostPageSize() : pageSize);
    }

    private RulesContext context() {
        return Objects.requireNonNull(context, "the scenario opens no context");
    }

    @Override
    Object run(Command<?> command) {
        return Objects.requireNonNull((Object) context().run(command));
    }

    @Override
    <T> T read(Function<ContextView, T> query) {
        return query.apply(context().state());
    }

    @Override
    public void restart() {
        // there is nothing to restart from
    }

    @Override
    public void close() {
        context = null;
    }
}
