package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/// Connects the pool to the database, and makes sure that each connection can be relied on: the
/// file of an embedded database is recovered before it is opened, a server's settings are checked
/// when it is connected to.
///
/// It stands between pool and driver because a pool connects whenever it likes: hours after the
/// start, to a server that is set up differently now. Rejected: the pool's connection-init-sql, one
/// text for both databases, and its data-source-properties, since H2 refuses those it does not
/// know.
final class Connector extends AbstractDataSource {

    private static final String POSTGRESQL = "jdbc:postgresql:";

    private final String url;
    private final Map<String, String> properties;
    private final H2File file;
    private final AtomicReference<@Nullable Connection> first = new AtomicReference<>();
    private volatile int loginTimeout;

    private Connector(String url, Map<String, String> properties) {
        this.url = url;
        this.properties = properties;
        this.file = new H2File(url);
    }

    /// Lets a pool that has not connected yet connect in this way, and connects it for the first
    /// time.
    ///
    /// @throws UnusableDatabase when that fails
    static void connect(HikariDataSource pool, StoreSettings settings) {
        String url = Objects.requireNonNull(pool.getJdbcUrl(), "the pool has no URL");
        var connector =
                new Connector(
                        url,
                        url.startsWith(POSTGRESQL) ? Map.copyOf(settings.postgresql()) : Map.of());
        // The part of the URL in which there are no secrets.
        var first = new FirstConnection(url.split("[?;]", 2)[0], settings.waitAtStart());
        connector.first.set(
                first.open(() -> connector.open(pool.getUsername(), pool.getPassword())));
        pool.setDataSource(connector);
        pool.setExceptionOverride(new DeadConnections());
    }

    @Override
    public Connection getConnection() throws SQLException {
        return getConnection(null, null);
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password)
            throws SQLException {
        Connection connection = first.getAndSet(null);
        return connection == null ? open(user, password) : connection;
    }

    private Connection open(@Nullable String user, @Nullable String password) throws SQLException {
        var all = new Properties();
        all.putAll(properties);
        if (user != null) {
            all.setProperty("user", user);
        }
        if (password != null) {
            all.setProperty("password", password);
        }
        if (!url.startsWith(POSTGRESQL)) {
            return file.open(() -> DriverManager.getConnection(url, all));
        }
        Connection connection = DriverManager.getConnection(url, all);
        try {
            PostgreSql.check(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// How long the pool waits, when it closes, for a connection that is being made. No limit for
    /// the drivers: connectTimeout and socketTimeout say how long they try. PostgreSQL's
    /// loginTimeout would leave a thread behind for each attempt that it gives up.
    @Override
    public void setLoginTimeout(int seconds) {
        loginTimeout = seconds;
    }

    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }
}
