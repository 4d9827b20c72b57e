package dev.directmsi.store;

import static dev.directmsi.store.Story.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.StoreException;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What every database has to keep. A subclass names a data source; all tests share its database,
/// each with a host of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContextStoreContract {

    @SuppressWarnings("NullAway.Init")
    JdbcContextStore store;

    @SuppressWarnings("NullAway.Init")
    private JdbcClient jdbc;

    @SuppressWarnings("NullAway.Init")
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

    // Contexts

    @Test
    void everyChangeOfEveryObjectIsKept() {
        ContextInfo info = Hosts.info(host);
        ContextId context = open();
        ContextState live = Snapshot.state(context, 1, info);
        Set<Class<?>> kinds = new HashSet<>();
        Set<Class<?>> types = new HashSet<>();

        for (List<Change> changes : Story.commits(info)) {
            store.commit(context, live.revision(), changes, null);
            live.apply(live.revision() + 1, changes);

            assertThat(Snapshot.of(load(context))).isEqualTo(Snapshot.of(live));
            changes.forEach(change -> kinds.add(change.getClass()));
            live.objects().forEach(object -> types.add(object.getClass()));
        }

        assertThat(kinds).containsExactlyInAnyOrder(Change.class.getPermittedSubclasses());
        assertThat(types).containsExactlyInAnyOrder(IommufdObject.class.getPermittedSubclasses());
    }

    @Test
    void rowsComeInTheOrderOfTheirAddresses() {
        ContextId context = open();
        List<Change> maps =
                Story.commits(Hosts.info(host)).get(1).stream()
                        .filter(Change.MappingAdded.class::isInstance)
                        .toList();
        store.commit(context, 1, List.of(new Change.ObjectCreated(ioas(1, 2))), null);
        store.commit(context, 2, maps, null);

        assertThat(load(context).rows())
                .filteredOn(Change.MappingAdded.class::isInstance)
                .extracting(change -> ((Change.MappingAdded) change).mapping().first())
                .containsExactly(0x1000L, 0x3000L, 0xffff_ffff_ffff_f000L);
    }

    @Test
    void contextThatMovedIsStale() {
        ContextId context = open();
        store.commit(context, 1, List.of(new Change.ObjectCreated(ioas(1, 2))), null);

        assertThatThrownBy(() ->
                        store.commit(
                                context, 1, List.of(new Change.ObjectCreated(ioas(2, 2))), null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store.close(context, 1, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(rows(context)).containsExactly(new Change.ObjectCreated(ioas(1, 2)));
    }

    @Test
    void failedCommitLeavesNothing() {
        ContextId context = open();
        Claim claim = new Claim.GroupClaim(1);

        assertThatThrownBy(() ->
                        store.commit(
                                context,
                                1,
                                List.of(
                                        new Change.ResourceClaimed(claim),
                                        new Change.ObjectCreated(ioas(1, 2)),
                                        new Change.ObjectDestroyed(ioas(2, 2))),
                                answer(context, "key")))
                .isInstanceOf(IllegalStateException.class);

        assertThat(load(context).revision()).isEqualTo(1);
        assertThat(rows(context)).isEmpty();
        assertThat(store.claims(host)).isEmpty();
        assertThat(store.answer(context, "key")).isEmpty();
        assertThat(count("change_log", context)).isZero();
    }

    @Test
    void changeThatDoesNotFitItsRowsIsABug() {
        ContextId context = open();
        store.commit(context, 1, List.of(new Change.ObjectCreated(ioas(1, 2))), null);

        assertIsBug(context, new Change.ObjectCreated(ioas(1, 3)));
        assertIsBug(context, new Change.ObjectDestroyed(ioas(1, 3)));
        assertIsBug(context, new Change.ObjectReplaced(ioas(2, 2), ioas(2, 2)));
        assertIsBug(context, new Change.ResourceReleased(new Claim.GroupClaim(1)));
        for (Change change : Story.commits(Hosts.info(host)).get(3)) {
            if (!(change instanceof Change.ObjectCreated)) {
                assertIsBug(context, change);
            }
        }
    }

    private void assertIsBug(ContextId context, Change change) {
        assertThatThrownBy(() -> store.commit(context, 2, List.of(change), null))
                .as("%s", change)
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeLeavesNothing() {
        ContextInfo info = Hosts.info(host);
        ContextId context = open();
        ContextId other = open();
        long revision = 1;
        for (List<Change> changes : Story.commits(info)) {
            store.commit(context, revision, changes, answer(context, "key" + revision));
            revision++;
        }

        store.close(context, revision, answer(null, host));

        assertThat(store.load(context)).isEmpty();
        assertThat(store.openOn(host)).containsExactly(other);
        assertThat(store.open()).contains(other).doesNotContain(context);
        assertThat(store.claims(host)).isEmpty();
        assertThat(store.answer(context, "key1")).isEmpty();
        assertThat(store.answer(null, host)).isPresent();
        for (String table : ContextRows.BELONGINGS) {
            assertThat(count(table, context)).as(table).isZero();
        }
    }

    @Test
    void idsAreNeverReused() {
        ContextId first = open();
        store.close(first, 1, null);
        assertThatThrownBy(() ->
                        store.open(
                                Hosts.info(host),
                                _ -> {
                                    throw new IllegalStateException("no answer");
                                }))
                .hasMessage("no answer");

        ContextId second = open();

        assertThat(second.value()).isGreaterThan(first.value());
        assertThat(store.openOn(host)).containsExactly(second);
    }

    @Test
    void confirmTellsAContextThatMoved() {
        ContextId context = open();

        store.confirm(context, 1);

        if (!dataSourceIsExclusive()) {
            assertThatThrownBy(() -> store.confirm(context, 2))
                    .isInstanceOf(StoreException.Stale.class);
        }
    }

    abstract boolean dataSourceIsExclusive();

    // Claims

    @Test
    void claimOfAnotherContextIsTaken() {
        ContextId first = open();
        ContextId second = open();
        List<Claim> claims =
                List.of(
                        new Claim.GroupClaim(3),
                        new Claim.VmidClaim(Hosts.SMMU, new Vmid(9)),
                        new Claim.AsidClaim("smmu/with/slashes", 9),
                        new Claim.RamClaim(new AddressRange(0x1000, 0x1fff)));
        store.commit(first, 1, claims.stream().map(ContextStoreContract::claimed).toList(), null);

        for (Claim claim : claims) {
            assertThatThrownBy(() -> store.commit(second, 1, List.of(claimed(claim)), null))
                    .isInstanceOf(StoreException.ClaimTaken.class);
        }
        assertThat(store.claims(host))
                .containsExactlyInAnyOrderElementsOf(
                        claims.stream().map(claim -> new StoredClaim(first, claim)).toList());
    }

    @Test
    void sameClaimOnAnotherHostIsFree() {
        String elsewhere = host + " 2";
        store.putHost(elsewhere, null, Hosts.stored(elsewhere), null);
        ContextId first = open();
        ContextId second = store.open(Hosts.info(elsewhere), _ -> null);

        store.commit(first, 1, List.of(claimed(new Claim.GroupClaim(3))), null);
        store.commit(second, 1, List.of(claimed(new Claim.GroupClaim(3))), null);

        assertThat(store.claims(elsewhere)).hasSize(1);
    }

    @Test
    void overlappingRamIsTaken() {
        ContextId first = open();
        ContextId second = open();
        store.commit(first, 1, List.of(ram(0x2000, 0x3fff), ram(-0x1000L, -1L)), null);

        for (Change overlap :
                List.of(
                        ram(0x1000, 0x2000),
                        ram(0x3fff, 0x4fff),
                        ram(0x2800, 0x2fff),
                        ram(0, -1L),
                        ram(-1L, -1L))) {
            assertThatThrownBy(() -> store.commit(second, 1, List.of(overlap), null))
                    .isInstanceOf(StoreException.ClaimTaken.class);
        }
        store.commit(second, 1, List.of(ram(0x1000, 0x1fff), ram(0x4000, -0x1001L)), null);
    }

    @Test
    void releasedClaimIsFree() {
        ContextId first = open();
        ContextId second = open();
        Claim claim = new Claim.GroupClaim(3);
        store.commit(first, 1, List.of(claimed(claim)), null);

        store.commit(first, 2, List.of(new Change.ResourceReleased(claim)), null);
        store.commit(second, 1, List.of(claimed(claim)), null);
        store.close(second, 2, null);
        store.commit(first, 3, List.of(claimed(claim)), null);

        assertThat(store.claims(host)).containsExactly(new StoredClaim(first, claim));
    }

    // Hosts

    @Test
    void hostsAreListedByName() {
        assertThat(store.hosts())
                .contains(Hosts.stored(host))
                .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
    }

    @Test
    void hostIsReplacedAndDeleted() {
        var document = new StoredHost(host, "{\"large\":\"" + "x".repeat(3_000_000) + "\"}", "2");

        store.putHost(host, Hosts.hash(host), document, answer(null, host));

        assertThat(store.hosts()).contains(document).doesNotContain(Hosts.stored(host));
        store.putHost(host, "2", null, null);
        assertThat(store.hosts()).extracting(StoredHost::name).doesNotContain(host);
        assertThat(store.answer(null, host)).isPresent();
    }

    @Test
    void hostThatIsNotAsExpectedIsStale() {
        StoredHost document = Hosts.stored(host);

        assertThatThrownBy(() -> store.putHost(host, null, document, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store.putHost(host, "other", document, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store.putHost("absent", "other", null, null))
                .isInstanceOf(StoreException.Stale.class);
    }

    @Test
    void hostInUseDoesNotChange() {
        ContextId context = open();

        assertThatThrownBy(() -> store.putHost(host, Hosts.hash(host), null, null))
                .isInstanceOf(StoreException.HostInUse.class);
        assertThatThrownBy(() ->
                        store.putHost(
                                host, Hosts.hash(host), new StoredHost(host, "{}", "2"), null))
                .isInstanceOf(StoreException.HostInUse.class);
        store.close(context, 1, null);
        store.putHost(host, Hosts.hash(host), null, null);
    }

    @Test
    void openOnAHostThatIsNotAsExpectedIsStale() {
        ContextInfo absent = Hosts.info("absent");
        ContextInfo other = ContextInfo.opened("", host, "other", Hosts.TOPOLOGY.hostPageSize());

        assertThatThrownBy(() -> store.open(absent, _ -> null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store.open(other, _ -> null))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(store.openOn(host)).isEmpty();
    }

    // Recorded answers

    @Test
    void answersAreKept() {
        ContextId context = store.open(Hosts.info(host), id -> answer(null, host + id));
        // More than a column of H2 holds, and as random as an answer can be.
        byte[] body = new byte[3_000_000];
        new Random(1).ints(body.length, 'a', 'h').forEach(new ByteSink(body));
        RecordedAnswer large =
                new RecordedAnswer(context, "key", "request", "POST /x", 201, "Location: /y", body);
        store.commit(context, 1, List.of(), large);

        assertSame(large, store.answer(context, "key").orElseThrow());
        assertSame(answer(null, host + context), store.answer(null, host + context).orElseThrow());
        assertThat(store.answer(null, "key")).isEmpty();
        assertThat(store.answer(context, "other")).isEmpty();
        assertThat(load(context).revision()).isEqualTo(2);
    }

    private static void assertSame(RecordedAnswer expected, RecordedAnswer actual) {
        assertThat(actual).usingRecursiveComparison().ignoringFields("body").isEqualTo(expected);
        assertThat(actual.body()).isEqualTo(expected.body());
    }

    @Test
    void secondAnswerUnderAKeyIsStale() {
        ContextId context = open();
        store.commit(context, 1, List.of(), answer(context, "key"));

        assertThatThrownBy(() -> store.commit(context, 2, List.of(), answer(context, "key")))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(load(context).revision()).isEqualTo(2);
    }

    @Test
    void answersOfAContextAreLimited() {
        ContextId context = open();
        store.commit(context, 1, List.of(), answer(context, "first"));
        jdbc.sql("UPDATE context SET answers = ? WHERE id = ?")
                .params(JdbcContextStore.ANSWERS - 1, context.value())
                .update();

        store.commit(context, 2, List.of(), answer(context, "last"));

        assertThatThrownBy(() -> store.commit(context, 3, List.of(), answer(context, "more")))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection ->
                                assertThat(rejection.reason())
                                        .isEqualTo(Reason.IDEMPOTENCY_KEYS_FULL));
        store.commit(context, 3, List.of(), null);
    }

    @Test
    void oldAnswersAreForgotten() {
        ContextId context = open();
        store.commit(context, 1, List.of(), answer(context, "old"));
        store.commit(context, 2, List.of(), answer(context, "young"));
        age(context, "old", "25");
        age(context, "young", "23");

        assertThat(store.forgetOldAnswers()).isEqualTo(1);

        assertThat(store.answer(context, "old")).isEmpty();
        assertThat(store.answer(context, "young")).isPresent();
        assertThat(answersOf(context)).isEqualTo(1);
        assertThat(store.forgetOldAnswers()).isZero();
    }

    private void age(ContextId context, String key, String hours) {
        jdbc.sql(
                        "UPDATE recorded_answer SET created_at = CURRENT_TIMESTAMP - INTERVAL '"
                                + hours
                                + "' HOUR WHERE scope = ? AND name = ?")
                .params(context.value(), key)
                .update();
    }

    private int answersOf(ContextId context) {
        return jdbc.sql("SELECT answers FROM context WHERE id = ?")
                .param(context.value())
                .query(Integer.class)
                .single();
    }

    // The log

    @Test
    void logKeepsTheLastRevisions() {
        ContextId context = open();
        long far = ChangeLog.KEPT + ChangeLog.PRUNE_EVERY;
        store.commit(context, 1, List.of(), null);
        store.commit(context, 2, List.of(new Change.ObjectCreated(ioas(1, 3))), null);
        jdbc.sql("UPDATE context SET revision = ? WHERE id = ?")
                .params(far - 1, context.value())
                .update();

        store.commit(context, far - 1, List.of(), null);

        assertThat(logged(context)).containsExactly(far);
    }

    @Test
    void logSaysWhatChanged() {
        ContextId context = open();
        List<Change> many =
                IntStream.rangeClosed(1, 101)
                        .mapToObj(i -> (Change) new Change.ObjectCreated(ioas(i, 2)))
                        .toList();
        store.commit(context, 1, many, null);
        store.commit(context, 2, List.of(new Change.ObjectDestroyed(ioas(1, 2))), null);

        assertThat(
                        jdbc.sql(
                                        "SELECT changes FROM change_log WHERE context_id = ? ORDER BY revision")
                                .param(context.value())
                                .query(String.class)
                                .list())
                .containsExactly(
                        "[{\"count\":101,\"kind\":\"ObjectCreated\"}]",
                        "[{\"id\":1,\"kind\":\"ObjectDestroyed\",\"type\":\"IOAS\"}]");
    }

    private List<@Nullable Long> logged(ContextId context) {
        return jdbc.sql("SELECT revision FROM change_log WHERE context_id = ? ORDER BY revision")
                .param(context.value())
                .query(Long.class)
                .list();
    }

    // Many at once

    @Test
    void contextsCommitSideBySide() {
        int contexts = 8;
        int commits = 40;
        List<ContextId> open = new ArrayList<>();
        for (int i = 0; i < contexts; i++) {
            open.add(open());
        }
        long flushesBefore = store.flushes();

        Together.run(
                contexts,
                number -> {
                    ContextId context = open.get(number);
                    for (int revision = 1; revision <= commits; revision++) {
                        store.commit(
                                context,
                                revision,
                                List.of(
                                        new Change.ObjectCreated(ioas(revision, revision + 1)),
                                        claimed(new Claim.GroupClaim(number * commits + revision))),
                                null);
                    }
                });

        for (ContextId context : open) {
            assertThat(load(context).revision()).isEqualTo(commits + 1);
            assertThat(rows(context)).hasSize(commits);
        }
        assertThat(store.claims(host)).hasSize(contexts * commits);
        assertThat(store.flushes() - flushesBefore).isLessThan((long) contexts * commits);
    }

    @Test
    void oneOfManyGetsAClaim() {
        int contexts = 8;
        List<ContextId> open = IntStream.range(0, contexts).mapToObj(_ -> open()).toList();
        var refused = new AtomicInteger();

        Together.run(
                contexts,
                number -> {
                    // Every range contains the same page, no two are equal.
                    Change claim = ram(0x10000L - 0x1000L * number, 0x10fffL);
                    try {
                        store.commit(open.get(number), 1, List.of(claim), null);
                    } catch (StoreException.ClaimTaken e) {
                        refused.incrementAndGet();
                    }
                });

        assertThat(refused).hasValue(contexts - 1);
        assertThat(store.claims(host)).hasSize(1);
    }

    @Test
    void oneOfManyCommitsARevision() {
        ContextId context = open();
        int writers = 8;
        var stale = new AtomicInteger();

        Together.run(
                writers,
                number -> {
                    try {
                        store.commit(
                                context,
                                1,
                                List.of(new Change.ObjectCreated(ioas(number + 1, 2))),
                                null);
                    } catch (StoreException.Stale e) {
                        stale.incrementAndGet();
                    }
                });

        assertThat(stale).hasValue(writers - 1);
        assertThat(rows(context)).hasSize(1);
    }

    @Test
    void hostGoesOrIsOpened() {
        for (int round = 0; round < 20; round++) {
            String contested = host + round;
            store.putHost(contested, null, Hosts.stored(contested), null);

            Together.run(
                    4,
                    number -> {
                        try {
                            if (number % 2 == 0) {
                                store.open(Hosts.info(contested), _ -> null);
                            } else {
                                store.putHost(contested, Hosts.hash(contested), null, null);
                            }
                        } catch (StoreException.Stale | StoreException.HostInUse e) {
                            // the other side was faster
                        }
                    });

            boolean there = store.hosts().contains(Hosts.stored(contested));
            assertThat(store.openOn(contested)).hasSize(there ? 2 : 0);
        }
    }

    @Test
    void loadSeesOneMoment() {
        ContextId context = open();
        int commits = 200;
        var done = new AtomicBoolean();

        Together.run(
                3,
                number -> {
                    if (number == 0) {
                        for (int revision = 1; revision <= commits; revision++) {
                            store.commit(
                                    context,
                                    revision,
                                    List.of(new Change.ObjectCreated(ioas(revision, revision + 1))),
                                    null);
                        }
                        done.set(true);
                    }
                    while (!done.get()) {
                        StoredContext seen = load(context);
                        assertThat(seen.rows()).hasSize((int) seen.revision() - 1);
                    }
                });
    }

    // Words

    ContextId open() {
        return store.open(Hosts.info(host), _ -> null);
    }

    private StoredContext load(ContextId context) {
        return store.load(context).orElseThrow();
    }

    private List<Change> rows(ContextId context) {
        var rows = new ArrayList<Change>();
        load(context).rows().forEach(rows::add);
        return rows;
    }

    private int count(String table, ContextId context) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE context_id = ?")
                .param(context.value())
                .query(Integer.class)
                .single();
    }

    private static Ioas ioas(int id, long createdRevision) {
        return new Ioas(id(id), createdRevision, List.of(), true);
    }

    private static Change claimed(Claim claim) {
        return new Change.ResourceClaimed(claim);
    }

    private static Change ram(long first, long last) {
        return claimed(new Claim.RamClaim(new AddressRange(first, last)));
    }

    private static RecordedAnswer answer(@Nullable ContextId context, String key) {
        return new RecordedAnswer(
                context,
                key,
                "request",
                "POST /v1/contexts",
                201,
                "ETag: \"1\"\nLocation: /v1/contexts/1",
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
    }

    /// Fills an array from a stream of numbers.
    private static final class ByteSink implements java.util.function.IntConsumer {
        private final byte[] bytes;
        private int next;

        ByteSink(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void accept(int value) {
            bytes[next++] = (byte) value;
        }
    }
}
