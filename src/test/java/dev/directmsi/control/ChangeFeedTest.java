package dev.directmsi.control;

import static dev.directmsi.control.Replicas.open;
import static dev.directmsi.control.Replicas.revision;
import static dev.directmsi.control.Replicas.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.AllocIoas;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingSupplier;

/// Who follows a context hears of every commit once, whoever made it.
@Timeout(60)
final class ChangeFeedTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final InMemoryContextStore store = new InMemoryContextStore(InstantSource.system());
    private final Replicas replicas = new Replicas(store, 4);
    private final ChangeFeed feed = new ChangeFeed(store, settings(100, 100));
    private final ControlPlane plane = replicas.start(feed);
    private final ContextId id = open(plane);

    private static FeedSettings settings(int streams, int perContext) {
        return new FeedSettings(streams, perContext, Duration.ofSeconds(15));
    }

    private void commit(int times) {
        for (int i = 0; i < times; i++) {
            run(plane, id, new AllocIoas());
        }
    }

    private Subscription subscribe(@Nullable Long after) {
        return plane.subscribe(id, after);
    }

    /// Everything that can be told without waiting.
    private static List<FeedEvent> drain(Subscription stream) throws InterruptedException {
        var all = new ArrayList<FeedEvent>();
        for (var some = stream.next(SHORT); !some.isEmpty(); some = stream.next(SHORT)) {
            all.addAll(some);
        }
        return all;
    }

    private static List<Long> revisions(List<FeedEvent> events) {
        return events.stream()
                .filter(FeedEvent.Committed.class::isInstance)
                .map(FeedEvent::revision)
                .toList();
    }

    private static <T> CompletableFuture<T> started(ThrowingSupplier<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(work.get());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    @Test
    void streamBeginsWhereItSaysAndTellsWhatFollows() throws Exception {
        commit(2);
        try (Subscription stream = subscribe(null)) {
            assertThat(drain(stream)).containsExactly(new FeedEvent.Subscribed(3));
            commit(2);

            assertThat(drain(stream))
                    .containsExactly(
                            new FeedEvent.Committed(4, "[\"1 from 3\"]"),
                            new FeedEvent.Committed(5, "[\"1 from 4\"]"));
        }
        try (Subscription stream = subscribe(0L)) {
            assertThat(stream.next(LONG)).containsExactly(new FeedEvent.Subscribed(1));
            assertThat(revisions(drain(stream))).containsExactly(2L, 3L, 4L, 5L);
        }
    }

    @Test
    void commitHereIsHeardAtOnce() throws Exception {
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            var heard = started(() -> stream.next(LONG));

            commit(1);

            assertThat(revisions(heard.get(20, TimeUnit.SECONDS))).containsExactly(2L);
        }
    }

    @Test
    void commitElsewhereIsHeardAfterTheNextPoll() throws Exception {
        ControlPlane other = replicas.start();
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            run(other, id, new AllocIoas());
            assertThat(drain(stream)).isEmpty(); // nobody has rung the bell
            var heard = started(() -> stream.next(LONG));

            feed.poll();

            assertThat(revisions(heard.get(20, TimeUnit.SECONDS))).containsExactly(2L);
        }
    }

    @Test
    void unknownOutcomeIsHeardWhenItHappened() throws Exception {
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            var heard = started(() -> stream.next(LONG));
            store.inject(InMemoryContextStore.Fault.AFTER_COMMIT);

            assertThatExceptionOfType(StoreException.OutcomeUnknown.class)
                    .isThrownBy(() -> commit(1));

            assertThat(revisions(heard.get(20, TimeUnit.SECONDS))).containsExactly(2L);
        }
    }

    /// The commit is written, and memory does not have it yet.
    @Test
    void whatIsToldCanBeRead() throws Exception {
        var held = new HeldStore(store);
        ControlPlane exclusive = new Replicas(held, 4, "other host").start();
        ContextId context = open(exclusive, "other host");
        run(exclusive, context, new AllocIoas());
        Subscription stream = exclusive.subscribe(context, null);
        assertThat(stream.next(LONG)).containsExactly(new FeedEvent.Subscribed(2));
        HeldStore.Hold hold = held.holdNextAfterwards();
        var writer = started(() -> run(exclusive, context, new AllocIoas()));
        HeldStore.await(hold.arrived());
        var seen = new CompletableFuture<Integer>();
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                stream.next(LONG);
                                seen.complete(revision(exclusive, context));
                            } catch (InterruptedException e) {
                                seen.completeExceptionally(e);
                            }
                        });
        // It has found the commit in the log and waits for the command lock.
        Awaitility.await("a waiting reader")
                .until(() -> reader.getState() == Thread.State.TIMED_WAITING);

        hold.released().countDown();

        writer.get(20, TimeUnit.SECONDS);
        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        stream.close();
    }

    @Test
    void whatIsNotKeptIsSaidToBeLost() throws Exception {
        commit(9);
        store.prune(id, 6);
        try (Subscription stream = subscribe(2L)) {
            assertThat(drain(stream))
                    .startsWith(new FeedEvent.Subscribed(2), new FeedEvent.Lost(3, 6))
                    .extracting(FeedEvent::revision)
                    .containsExactly(2L, 6L, 7L, 8L, 9L, 10L);
        }
    }

    @Test
    void pruningBeforeASlowReaderIsNoticed() throws Exception {
        commit(100);
        try (Subscription slow = subscribe(1L);
                Subscription quick = subscribe(null)) {
            slow.next(LONG);
            assertThat(revisions(slow.next(LONG))).startsWith(2L).endsWith(17L);
            drain(quick);
            store.prune(id, 50);
            commit(1);
            assertThat(revisions(drain(quick))).containsExactly(102L);

            List<FeedEvent> rest = drain(slow);

            assertThat(rest.getFirst()).isEqualTo(new FeedEvent.Lost(18, 50));
            assertThat(revisions(rest)).isEqualTo(LongStream.rangeClosed(51, 102).boxed().toList());
        }
    }

    @Test
    void endOfAContextIsTheLastThingTold() throws Exception {
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            commit(40);
            plane.close(id, Guard.NONE, Replicas::answer);

            List<FeedEvent> told = drain(stream);

            assertThat(revisions(told)).isEqualTo(LongStream.rangeClosed(2, 41).boxed().toList());
            assertThat(told.getLast()).isEqualTo(new FeedEvent.Closed(42));
            assertThat(stream.isOver()).isTrue();
        }
        try (Subscription late = subscribe(40L)) {
            assertThat(drain(late)).extracting(FeedEvent::revision).containsExactly(40L, 41L, 42L);
        }
        assertRefused(Reason.CONTEXT_NOT_FOUND, 42L);
        assertRefused(Reason.CONTEXT_NOT_FOUND, null);
        store.forgetClosed();
        assertRefused(Reason.CONTEXT_NOT_FOUND, 40L);
        assertThat(feed.streams()).isZero();
    }

    @Test
    void closedElsewhereIsHeardAfterTheNextPoll() throws Exception {
        ControlPlane other = replicas.start();
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            var heard = started(() -> stream.next(LONG));
            other.close(id, Guard.NONE, Replicas::answer);

            feed.poll();

            assertThat(heard.get(20, TimeUnit.SECONDS)).containsExactly(new FeedEvent.Closed(2));
        }
    }

    @Test
    void futureIsRefused() {
        commit(1);

        assertRefused(Reason.EVENTS_AHEAD, 3L);
        assertThat(feed.streams()).isZero();
    }

    @Test
    void streamsAreBounded() {
        var few = new ChangeFeed(store, settings(3, 2));
        ControlPlane bounded = replicas.start(few);
        ContextId second = open(bounded);
        Subscription first = bounded.subscribe(id, null);
        Subscription[] more = {bounded.subscribe(id, null), bounded.subscribe(second, null)};

        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> bounded.subscribe(second, null))
                .withMessageContaining("this process has its 3 streams");
        more[1].close();
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> bounded.subscribe(id, null))
                .withMessageContaining("context " + id + " has its 2 streams");
        first.close();
        bounded.subscribe(id, null).close();
        more[0].close();
        assertThat(few.streams()).isZero();
    }

    private void assertRefused(Reason reason, @Nullable Long after) {
        assertThatExceptionOfType(Rejection.class)
                .isThrownBy(() -> subscribe(after))
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo(reason));
    }

    @Test
    void streamOutlivesAStoreThatIsAway() throws Exception {
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            commit(1);
            store.setAway(true);
            assertThat(drain(stream)).isEmpty();
            feed.poll();
            assertThat(stream.isOver()).isFalse();
            commit(1);
            store.setAway(false);

            assertThat(revisions(stream.next(LONG))).containsExactly(2L, 3L);
        }
    }

    @Test
    void streamsEndAtOnceWhenTheServiceStops() throws Exception {
        try (Subscription stream = subscribe(null)) {
            drain(stream);
            var waiting = started(() -> stream.next(LONG));

            feed.stop();

            assertThat(waiting.get(20, TimeUnit.SECONDS)).isEmpty();
            assertThat(stream.isOver()).isTrue();
        }
    }

    @Test
    void storeIsAskedOnceForAllWhoAreUpToDate() throws Exception {
        List<Subscription> all = IntStream.range(0, 50).mapToObj(_ -> subscribe(null)).toList();
        for (Subscription stream : all) {
            drain(stream);
        }
        int before = store.logReads();
        commit(1);

        for (Subscription stream : all) {
            assertThat(revisions(drain(stream))).containsExactly(2L);
        }

        assertThat(store.logReads() - before).isLessThanOrEqualTo(2);
        all.forEach(Subscription::close);
    }

    /// Three processes commit, clients come and go at any of them: each hears every revision once.
    @Test
    void everyRevisionIsToldOnceWhereverTheClientReconnects() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        List<ChangeFeed> feeds =
                IntStream.range(0, 3)
                        .mapToObj(_ -> new ChangeFeed(store, FeedSettings.DEFAULT))
                        .toList();
        List<ControlPlane> planes = feeds.stream().map(replicas::start).toList();
        var told = new ArrayList<Long>(List.of(1L));
        Subscription stream = planes.getFirst().subscribe(id, 1L);
        for (int step = 0; step < 500; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    stream.close();
                    stream = planes.get(random.nextInt(3)).subscribe(id, told.getLast());
                    assertThat(stream.next(LONG))
                            .containsExactly(new FeedEvent.Subscribed(told.getLast()));
                }
                case 1 -> {
                    feeds.forEach(ChangeFeed::poll);
                    told.addAll(revisions(stream.next(SHORT)));
                }
                default -> run(planes.get(random.nextInt(3)), id, new AllocIoas());
            }
        }
        planes.get(random.nextInt(3)).close(id, Guard.NONE, Replicas::answer);
        feeds.forEach(ChangeFeed::poll);
        List<FeedEvent> rest = drain(stream);
        told.addAll(revisions(rest));

        assertThat(told).isEqualTo(LongStream.rangeClosed(1, told.getLast()).boxed().toList());
        assertThat(rest.getLast()).isEqualTo(new FeedEvent.Closed(told.getLast() + 1));
        stream.close();
    }
}
