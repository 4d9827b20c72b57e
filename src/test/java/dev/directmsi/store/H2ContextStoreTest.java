package dev.directmsi.store;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on H2, in a file.
class H2ContextStoreTest extends ContextStoreContract {

    private final HikariDataSource pool;

    H2ContextStoreTest(@TempDir Path directory) {
        pool = Databases.h2(directory);
    }

    @Override
    DataSource dataSource() {
        return pool;
    }

    @Override
    public boolean isExclusive() {
        return true;
    }

    @AfterAll
    void close() {
        pool.close();
    }
}
