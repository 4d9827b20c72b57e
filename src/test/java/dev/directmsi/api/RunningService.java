package dev.directmsi.api;

import dev.directmsi.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The service as it is shipped, on a free port and with a database file of its own; started once
/// for all tests.
public final class RunningService {

    private static final String URL = "--spring.datasource.url=";

    private static final RunningService SHARED = start();

    private final URI base;

    private RunningService(URI base) {
        this.base = base;
    }

    /// A client of the service that all tests share.
    public static Http http() {
        return new Http(SHARED.base, Contract.read());
    }

    public static URI base() {
        return SHARED.base;
    }

    private static RunningService start() {
        return new RunningService(baseOf(run()));
    }

    /// Starts another one, with settings of its own; on a fresh database unless they name one.
    public static ConfigurableApplicationContext run(String... settings) {
        return run(List.of(), settings);
    }

    /// Starts another one, with more beans.
    public static ConfigurableApplicationContext run(List<Class<?>> beans, String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.add("--server.port=0");
        if (all.stream().noneMatch(setting -> setting.startsWith(URL))) {
            all.add(URL + database());
        }
        return new SpringApplicationBuilder(Application.class)
                .sources(beans.toArray(Class<?>[]::new))
                .run(all.toArray(String[]::new));
    }

    /// A client of another one.
    public static Http httpOf(ConfigurableApplicationContext service) {
        return new Http(baseOf(service), Contract.read());
    }

    /// Where a started service listens.
    public static URI baseOf(ConfigurableApplicationContext service) {
        return URI.create(
                "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port"));
    }

    private static String database() {
        try {
            Path directory = Files.createTempDirectory("direct-msi-test");
            return "jdbc:h2:file:"
                    + directory.resolve("db")
                    + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
