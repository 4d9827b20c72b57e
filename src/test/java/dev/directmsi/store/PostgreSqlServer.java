package dev.directmsi.store;

import com.github.dockerjava.api.DockerClient;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// A PostgreSQL in a container, to be stopped, killed and paused. It keeps its port and its data
/// through all of that.
public final class PostgreSqlServer implements AutoCloseable {

    private static final int PORT = 5432;

    private final PostgreSQLContainer container;
    private final int port;

    private PostgreSqlServer(List<String> settings) {
        port = freePort();
        container =
                new PostgreSQLContainer(
                        DockerImageName.parse("direct-msi-postgresql")
                                .asCompatibleSubstituteFor("postgres"));
        // Testcontainers' own command says fsync=off.
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

    public int port() {
        return port;
    }

    /// The URL at another port, where something stands in between.
    public String urlAt(int somePort) {
        return "jdbc:postgresql://"
                + container.getHost()
                + ":"
                + somePort
                + "/"
                + container.getDatabaseName();
    }

    public String url() {
        return urlAt(port);
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
        engine().stopContainerCmd(container.getContainerId()).exec();
    }

    /// Kills every process of it at once.
    public void kill() {
        engine().killContainerCmd(container.getContainerId()).exec();
    }

    /// Starts it after {@link #stop} or {@link #kill}; returns before it answers.
    public void startAgain() {
        engine().startContainerCmd(container.getContainerId()).exec();
    }

    /// Freezes it: connections stay, and nothing is answered.
    public void pause() {
        engine().pauseContainerCmd(container.getContainerId()).exec();
    }

    public void unpause() {
        engine().unpauseContainerCmd(container.getContainerId()).exec();
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    @Override
    public void close() {
        container.stop();
    }
}
