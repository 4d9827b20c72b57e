package dev.directmsi.walk;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore;
import dev.directmsi.control.InMemoryContextStore.Fault;
import dev.directmsi.store.JdbcContextStore;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;

/// A ground of rows in a database file. A restart closes it and opens it again.
final class H2Ground implements Ground, AutoCloseable {

    private final String url;
    private HikariDataSource pool;
    private JdbcContextStore store;

    H2Ground(Path directory) {
        url =
                "jdbc:h2:file:"
                        + directory.resolve("walk").toAbsolutePath()
                        + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE";
        pool = pool(url);
        Flyway.configure().dataSource(pool).load().migrate();
        store = new JdbcContextStore(pool);
    }

    private static HikariDataSource pool(String url) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("sa");
        pool.setPassword("");
        pool.setMaximumPoolSize(4);
        return pool;
    }

    @Override
    public ContextStore store() {
        return store;
    }

    @Override
    public boolean inject(Fault fault) {
        return false;
    }

    @Override
    public boolean isFaultWaiting() {
        return false;
    }

    @Override
    public void restart() {
        pool.close();
        pool = pool(url);
        store = new JdbcContextStore(pool);
    }

    @Override
    public void close() {
        pool.close();
    }
}
