package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.container.NeedsEngine;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.store.Wire.Fault;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the caller hears when PostgreSQL goes away or gives up, by when it does. Short limits in
/// the URL, which go before those that are shipped.
@Timeout(120)
@NeedsEngine
@SuppressWarnings("NullAway.Init") // JUnit calls what sets the fields
class PostgreSqlFaultIT {

    private static final List<Change> CHANGES =
            List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2)));

    private static final String LIMITS =
            "?sslmode=disable&prepareThreshold=0&connectTimeout=3&socketTimeout=6";

    private static PostgreSqlServer server;
    private static HikariDataSource plain;

    private Wire wire;
    private HikariDataSource pool;
    private JdbcContextStore store;

    /// Beside the wire.
    private JdbcClient direct;

    private ContextId context;

    @BeforeAll
    static void startServer() {
        server = PostgreSqlServer.start();
        plain = server.pool();
        Flyway.configure().dataSource(plain).load().migrate();
        new JdbcContextStore(plain).putHost("host", null, Hosts.stored("host"), null);
    }

    @AfterAll
    static void stopServer() {
        plain.close();
        server.close();
    }

    @BeforeEach
    void open() {
        wire = server.wire();
        pool = Databases.pool(server.url(wire) + LIMITS, server.user(), server.password());
        store = new JdbcContextStore(pool);
        direct = JdbcClient.create(plain);
        context = store.open(Hosts.info("host"), _ -> null);
    }

    @AfterEach
    void close() {
        wire.set(Fault.NONE);
        pool.close();
        wire.close();
    }

    @Test
    void whatIsCutBeforeCommitIsUnavailableAndComesBack() {
        wire.set(Fault.CUT);

        assertThatThrownBy(this::commit).isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(() -> store.load(context))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(() -> store.confirm(context, 1))
                .isInstanceOf(StoreException.Unavailable.class);

        wire.set(Fault.NONE);
        assertThat(revision()).isEqualTo(1);
        commit();
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void commitThatDoesNotArriveIsUnknown() {
        wire.set(Fault.CUT_BEFORE_COMMIT);

        assertThatThrownBy(this::commit).isInstanceOf(StoreException.OutcomeUnknown.class);

        wire.set(Fault.NONE);
        assertThat(revision()).isEqualTo(1);
    }

    @Test
    void commitWhoseAnswerIsLostIsUnknown() {
        wire.set(Fault.CUT_AFTER_COMMIT);

        assertThatThrownBy(this::commit).isInstanceOf(StoreException.OutcomeUnknown.class);

        wire.set(Fault.NONE);
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void serverThatDoesNotAnswerIsGivenUp() {
        wire.set(Fault.HOLD);

        assertThatThrownBy(this::commit).isInstanceOf(StoreException.Unavailable.class);

        wire.set(Fault.NONE);
        assertThat(revision()).isEqualTo(1);
    }

    /// The commit arrives after its sender has given up. Who loads meanwhile sees the state before
    /// it, and its own commit finds out.
    @Test
    void lateCommitIsNotOvertaken() throws Exception {
        wire.set(Fault.HOLD_COMMIT);
        assertThatThrownBy(this::commit).isInstanceOf(StoreException.OutcomeUnknown.class);
        assertThat(new JdbcContextStore(plain).load(context).orElseThrow().revision()).isEqualTo(1);

        var other = new JdbcContextStore(plain);
        var overtaking = CompletableFuture.runAsync(() -> other.commit(context, 1, CHANGES, null));
        awaitWaiting();
        wire.set(Fault.NONE);

        assertThatThrownBy(overtaking::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoreException.Stale.class);
        assertThat(revision()).isEqualTo(2);
    }

    /// Until a session waits for a lock.
    private void awaitWaiting() {
        while (direct.sql("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")
                        .query(Integer.class)
                        .single()
                == 0) {
            assertThat(Thread.interrupted()).as("interrupted").isFalse();
        }
    }

    @Test
    void lockThatIsNotGivenIsUnavailable() {
        new Transactions(plain, new PostgreSql(new JdbcTemplate(plain)))
                .write(() -> {
                    lock(new JdbcTemplate(plain), context);
                    assertThatThrownBy(this::commit)
                            .isInstanceOf(StoreException.Unavailable.class)
                            .hasStackTraceContaining("lock timeout");
                    return null;
                });
    }

    @Test
    void statementThatTakesTooLongIsUnavailable() {
        assertThatThrownBy(() ->
                        transactions()
                                .write(() -> {
                                    jdbc().execute("SET LOCAL statement_timeout = '100ms'");
                                    return jdbc().queryForList("SELECT pg_sleep(9)");
                                }))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasStackTraceContaining("statement timeout");
    }

    /// As when this process stops in the midst of a transaction: others do not wait for it for
    /// ever.
    @Test
    void transactionThatIdlesIsEnded() {
        assertThatThrownBy(() ->
                        transactions()
                                .write(() -> {
                                    int session = session();
                                    jdbc().execute(
                                                    "SET LOCAL idle_in_transaction_session_timeout"
                                                            + " = '300ms'");
                                    lockContext();
                                    awaitEndOf(session);
                                    commitDirectly();
                                    return jdbc().queryForList("SELECT 1");
                                }))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void sessionThatIsEndedByAnOperatorIsUnavailable() {
        assertThatThrownBy(() ->
                        transactions()
                                .write(() -> {
                                    int session = session();
                                    direct.sql("SELECT pg_terminate_backend(?)")
                                            .param(session)
                                            .query()
                                            .listOfRows();
                                    awaitEndOf(session);
                                    return jdbc().queryForList("SELECT 1");
                                }))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThat(revision()).isEqualTo(1);
    }

    /// The store takes its locks in one order, so somebody else must be in it.
    @Test
    void deadlockIsUnavailable() {
        ContextId second = store.open(Hosts.info("host"), _ -> null);
        var first = new JdbcTemplate(plain);
        var locked = new CompletableFuture<Void>();
        var crossing =
                CompletableFuture.runAsync(() ->
                        new Transactions(plain, new PostgreSql(first))
                                .write(() -> {
                                    lock(first, second);
                                    locked.join();
                                    lock(first, context);
                                    return null;
                                }));

        StoreException unavailable = null;
        try {
            transactions()
                    .write(() -> {
                        lockContext();
                        locked.complete(null);
                        awaitWaiting();
                        lock(jdbc(), second);
                        return null;
                    });
        } catch (StoreException.Unavailable e) {
            unavailable = e;
        }

        assertThat(unavailable != null || failed(crossing)).isTrue();
        commit();
    }

    private static boolean failed(CompletableFuture<Void> future) {
        return future.handle((_, failure) -> failure != null).join();
    }

    @Test
    void shippedLimitsReachTheServer() {
        assertThat(setting("statement_timeout")).isEqualTo("20s");
        assertThat(setting("lock_timeout")).isEqualTo("5s");
        assertThat(setting("idle_in_transaction_session_timeout")).isEqualTo("10s");
        assertThat(setting("application_name")).isEqualTo("direct-msi");
    }

    private String setting(String name) {
        return direct.sql("SELECT current_setting(?)").param(name).query(String.class).single();
    }

    /// So much waiting for the network is in each operation: BEGIN travels with the first
    /// statement.
    @Test
    void roundTripsAreCounted() {
        // One connection: others that the pool makes meanwhile would be counted, too.
        try (Wire counted = server.wire();
                HikariDataSource single =
                        Databases.pool(
                                server.url(counted) + LIMITS, server.user(), server.password())) {
            single.setMaximumPoolSize(1);
            var one = new JdbcContextStore(single);
            var last = new AtomicInteger(1);

            assertThat(fewest(counted, () -> one.confirm(context, last.get()))).isEqualTo(1);
            // revision, rows, log, COMMIT
            assertThat(fewest(counted, () -> commitNext(one, last, false, false))).isEqualTo(4);
            // and the host's lock, the claim, instead of the rows
            assertThat(fewest(counted, () -> commitNext(one, last, true, false))).isEqualTo(5);
            // and the answer
            assertThat(fewest(counted, () -> commitNext(one, last, false, true))).isEqualTo(5);
        }
    }

    /// Half of them confirm what is not so.
    @Test
    void confirmationsThatMeetShareARoundTrip() {
        int readers = 8;
        int each = 200;
        try (Wire counted = server.wire();
                HikariDataSource several =
                        Databases.pool(
                                server.url(counted) + LIMITS, server.user(), server.password())) {
            var one = new JdbcContextStore(several);
            one.confirm(context, 1);
            int before = counted.roundTrips();

            Together.run(
                    readers,
                    number -> {
                        for (int i = 0; i < each; i++) {
                            if (number % 2 == 0) {
                                one.confirm(context, 1);
                            } else {
                                assertThatThrownBy(() -> one.confirm(context, 2))
                                        .isInstanceOf(StoreException.Stale.class);
                            }
                        }
                    });

            assertThat(counted.roundTrips() - before).isLessThan(readers * each / 2);
        }
    }

    private void commitNext(
            JdbcContextStore one, AtomicInteger last, boolean claim, boolean answer) {
        int revision = last.getAndIncrement();
        int group = Math.toIntExact(context.value()) * 1_000 + revision;
        one.commit(
                context,
                revision,
                List.of(
                        claim
                                ? StoreWords.claimed(new Claim.GroupClaim(group))
                                : new Change.ObjectCreated(
                                        StoreWords.ioas(revision, revision + 1))),
                answer ? StoreWords.answer(context, "key-" + revision) : null);
    }

    /// Of some attempts: the pool looks once more at a connection that has idled for half a second.
    private static int fewest(Wire wire, Runnable operation) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            int before = wire.roundTrips();
            operation.run();
            fewest = Math.min(fewest, wire.roundTrips() - before);
        }
        return fewest;
    }

    private void commit() {
        store.commit(context, 1, CHANGES, null);
    }

    private void commitDirectly() {
        new JdbcContextStore(plain).commit(context, 1, CHANGES, null);
    }

    private long revision() {
        return store.load(context).orElseThrow().revision();
    }

    private Transactions transactions() {
        return new Transactions(pool, new PostgreSql(jdbc()));
    }

    private JdbcTemplate jdbc() {
        return new JdbcTemplate(pool);
    }

    private void lockContext() {
        lock(jdbc(), context);
    }

    private static void lock(JdbcTemplate jdbc, ContextId context) {
        jdbc.queryForList("SELECT id FROM context WHERE id = ? FOR UPDATE", context.value());
    }

    private int session() {
        return JdbcClient.create(pool).sql("SELECT pg_backend_pid()").query(Integer.class).single();
    }

    private void awaitEndOf(int session) {
        while (direct.sql("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ?")
                        .param(session)
                        .query(Integer.class)
                        .single()
                > 0) {
            assertThat(Thread.interrupted()).as("interrupted").isFalse();
        }
    }
}
