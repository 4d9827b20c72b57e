package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.container.NeedsEngine;
import dev.directmsi.control.StoreException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The store does not work on a PostgreSQL that would lose what was acknowledged, whoever set it up
/// so, and whenever.
@Timeout(120)
@NeedsEngine
class PostgreSqlDurabilityIT {

    private static PostgreSqlServer server;
    private static HikariDataSource pool;
    private static JdbcClient jdbc;

    @BeforeAll
    static void start() {
        server = PostgreSqlServer.start();
        pool = server.pool();
        jdbc = JdbcClient.create(pool);
        Flyway.configure().dataSource(pool).load().migrate();
    }

    @AfterAll
    static void stop() {
        pool.close();
        server.close();
    }

    @Test
    void serverWithoutFsyncIsRefused() {
        try (var reckless = PostgreSqlServer.start("fsync=off")) {
            assertThatThrownBy(reckless::pool)
                    .isInstanceOf(UnusableDatabase.class)
                    .hasMessageContaining("fsync = off");
        }
    }

    @Test
    void sessionsThatDoNotWaitForTheDiskAreRefused() {
        for (String how :
                List.of(
                        "ALTER ROLE CURRENT_USER SET synchronous_commit = off",
                        "ALTER DATABASE directmsi SET synchronous_commit = off")) {
            jdbc.sql(how).update();
            try {
                assertRefused(server.url());
            } finally {
                jdbc.sql(how.replace("SET", "RESET").replace(" = off", "")).update();
            }
            server.pool().close();
        }
        assertRefused(server.url() + "?options=-c%20synchronous_commit=off");
    }

    private static void assertRefused(String url) {
        assertThatThrownBy(() -> Databases.pool(url, server.user(), server.password()))
                .isInstanceOf(UnusableDatabase.class)
                .hasMessageContaining("synchronous_commit = off");
    }

    /// Who is connected keeps what was checked; who connects anew is checked.
    @Test
    void laterChangeIsRefusedByTheNextConnection() {
        try (HikariDataSource other = server.pool()) {
            other.setConnectionTimeout(1_000);
            var store = new JdbcContextStore(other);
            jdbc.sql("ALTER SYSTEM SET synchronous_commit = off").update();
            reload();

            assertThat(
                            JdbcClient.create(other)
                                    .sql("SHOW synchronous_commit")
                                    .query(String.class)
                                    .single())
                    .isEqualTo("on");
            store.hosts();

            other.getHikariPoolMXBean().softEvictConnections();
            assertThatThrownBy(store::hosts)
                    .isInstanceOf(StoreException.Unavailable.class)
                    .hasStackTraceContaining("synchronous_commit = off");

            jdbc.sql("ALTER SYSTEM RESET synchronous_commit").update();
            reload();
            store.hosts();
        }
    }

    private static void reload() {
        jdbc.sql("SELECT pg_reload_conf()").query(Boolean.class).single();
        awaitReloaded();
    }

    /// A session that was not pinned shows what is in force.
    private static void awaitReloaded() {
        while (!jdbc.sql(
                        """
                        SELECT COALESCE((SELECT setting FROM pg_file_settings
                                         WHERE name = 'synchronous_commit'), 'on')
                               = (SELECT reset_val FROM pg_settings
                                  WHERE name = 'synchronous_commit')
                        """)
                .query(Boolean.class)
                .single()) {
            assertThat(Thread.interrupted()).as("interrupted").isFalse();
        }
    }

    @Test
    void encodingThatDoesNotFitAllNamesIsRefused() {
        jdbc.sql("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
                .update();

        assertThatThrownBy(() ->
                        Databases.pool(
                                server.url().replace("/directmsi", "/ascii"),
                                server.user(),
                                server.password()))
                .isInstanceOf(UnusableDatabase.class)
                .hasMessageContaining("SQL_ASCII");
    }

    /// Waiting would not mend it.
    @Test
    void databaseThatDoesNotExistIsRefusedAtOnce() {
        assertThatThrownBy(() ->
                        Databases.pool(
                                server.url().replace("/directmsi", "/nowhere"),
                                server.user(),
                                server.password()))
                .isInstanceOf(UnusableDatabase.class)
                .hasMessageContaining("does not exist");
    }
}
