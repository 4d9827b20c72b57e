package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store does not start on a database that would lose what was acknowledged.
class DurabilityTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void fileWithoutWriteDelayIsRefused() {
        String url = "jdbc:h2:file:" + directory.resolve("plain");

        assertRefused(url + ";MAX_COMPACT_TIME=0", "WRITE_DELAY=0");
    }

    @Test
    void fileThatIsCompactedIsRefused() {
        String url = "jdbc:h2:file:" + directory.resolve("compacted") + ";WRITE_DELAY=0";

        assertRefused(url, "MAX_COMPACT_TIME=0");
    }

    @Test
    void fileThatOnceHadNoWriteDelayIsRefused() {
        String url = "jdbc:h2:file:" + directory.resolve("once") + ";MAX_COMPACT_TIME=0";
        try (HikariDataSource pool = Databases.pool(url + ";WRITE_DELAY=0")) {
            assertThat(Durability.of(pool).isExclusive()).isTrue();
        }

        assertRefused(url, "WRITE_DELAY=0");
        assertRefused(url + ";WRITE_DELAY=10", "WRITE_DELAY=0");
    }

    @Test
    void fileOfAnotherKindIsRefused() {
        String url = "jdbc:h2:" + directory.resolve("other") + ";WRITE_DELAY=0";

        try (HikariDataSource pool = Databases.pool(url)) {
            assertThatThrownBy(() -> new JdbcContextStore(pool))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("jdbc:h2:file:");
        }
    }

    @Test
    void memoryIsAllowed() {
        try (HikariDataSource pool = Databases.pool("jdbc:h2:mem:durability")) {
            assertThat(Durability.of(pool).isExclusive()).isTrue();
        }
    }

    @Test
    void everyLonelyCommitIsFlushed() {
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            var store = new JdbcContextStore(pool);

            store.putHost("host", null, Hosts.stored("host"), null);
            store.open(Hosts.info("host"), _ -> null);

            assertThat(store.flushes()).isEqualTo(2);
        }
    }

    private static void assertRefused(String url, String expected) {
        try (HikariDataSource pool = Databases.pool(url)) {
            assertThatThrownBy(() -> new JdbcContextStore(pool))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(expected);
        }
    }
}
