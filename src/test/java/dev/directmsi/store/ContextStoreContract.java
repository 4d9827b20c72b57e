package dev.directmsi.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What every database has to keep. A subclass names a data source; all tests share its database,
/// each with a host of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit calls what sets the fields
abstract class ContextStoreContract
        implements ContextContract,
                ClaimContract,
                HostContract,
                AnswerContract,
                LogContract,
                ConcurrencyContract {

    private JdbcContextStore store;
    private JdbcClient jdbc;
    private String host;

    abstract DataSource dataSource();

    @BeforeAll
    void makeSchema() {
        Flyway.configure().dataSource(dataSource()).load().migrate();
        store = new JdbcContextStore(dataSource());
        jdbc = JdbcClient.create(dataSource());
    }

    @BeforeEach
    void makeHost(TestInfo test) {
        host = test.getTestMethod().orElseThrow().getName();
        store.putHost(host, null, Hosts.stored(host), null);
    }

    @Override
    public JdbcContextStore store() {
        return store;
    }

    @Override
    public JdbcClient jdbc() {
        return jdbc;
    }

    @Override
    public String host() {
        return host;
    }
}
