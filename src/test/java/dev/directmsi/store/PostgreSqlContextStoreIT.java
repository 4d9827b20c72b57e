package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.container.NeedsEngine;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/// The contract on PostgreSQL.
@NeedsEngine
class PostgreSqlContextStoreIT extends ContextStoreContract {

    private final PostgreSqlServer server = PostgreSqlServer.start();
    private final HikariDataSource pool = server.pool();

    @Override
    DataSource dataSource() {
        return pool;
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @AfterAll
    void close() {
        pool.close();
        server.close();
    }
}
