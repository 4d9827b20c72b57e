package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.container.DatabaseContainer;
import dev.directmsi.container.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Network;

/// A PostgreSQL in a container, to be stopped, killed and paused. It keeps its port and its data
/// through all of that.
public final class PostgreSqlServer implements AutoCloseable {

    private static final int PORT = 5432;

    private final DatabaseContainer container = new DatabaseContainer(Network.SHARED);
    private final int port = freePort();

    private PostgreSqlServer(List<String> settings) {
        container.setCommand(
                Stream.concat(
                                Stream.of("postgres"),
                                settings.stream().flatMap(setting -> Stream.of("-c", setting)))
                        .toArray(String[]::new));
        // The engine would choose another one at each start.
        container.setPortBindings(List.of(port + ":" + PORT));
    }

    /// Starts one.
    ///
    /// @param settings as in postgresql.conf, `name=value`
    public static PostgreSqlServer start(String... settings) {
        var server = new PostgreSqlServer(List.of(settings));
        server.container.start();
        return server;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A wire to it.
    public Wire wire() {
        return new Wire(container.getHost(), port);
    }

    public String url() {
        return url(container.getHost(), port);
    }

    public String url(Wire wire) {
        return url("127.0.0.1", wire.port());
    }

    private String url(String host, int somePort) {
        return "jdbc:postgresql://" + host + ":" + somePort + "/" + container.getDatabaseName();
    }

    public String user() {
        return container.getUsername();
    }

    public String password() {
        return container.getPassword();
    }

    /// What starts the service on it.
    public String[] settings(String url) {
        var settings = new ArrayList<String>();
        settings.add("--spring.datasource.url=" + url);
        settings.add("--spring.datasource.username=" + user());
        settings.add("--spring.datasource.password=" + password());
        return settings.toArray(String[]::new);
    }

    HikariDataSource pool() {
        return Databases.pool(url(), user(), password());
    }

    /// Stops it in order: it ends every connection, and writes what it has in memory.
    public void stop() {
        Engine.stop(container, Duration.ofSeconds(30));
    }

    /// Kills every process of it at once.
    public void kill() {
        Engine.kill(container);
    }

    /// Starts it after {@link #stop} or {@link #kill}.
    public void startAgain() {
        Engine.start(container);
    }

    /// Freezes it: connections stay, and nothing is answered.
    public void pause() {
        Engine.pause(container);
    }

    public void unpause() {
        Engine.unpause(container);
    }

    @Override
    public void close() {
        container.stop();
    }
}
