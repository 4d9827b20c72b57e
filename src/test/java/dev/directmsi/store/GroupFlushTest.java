package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Commits wait for a flush that began after them, and for no more flushes than needed.
@Timeout(60)
class GroupFlushTest {

    @Test
    void everyCommitIsFlushedBeforeItReturns() {
        Set<Integer> written = ConcurrentHashMap.newKeySet();
        Set<Integer> durable = ConcurrentHashMap.newKeySet();
        var inFlush = new AtomicInteger();
        var flushes =
                new GroupFlush(() -> {
                    assertThat(inFlush.incrementAndGet()).isEqualTo(1);
                    Set<Integer> seen = new HashSet<>(written);
                    durable.addAll(seen);
                    inFlush.decrementAndGet();
                });
        int threads = 16;
        int commits = 500;

        Together.run(
                threads,
                number -> {
                    for (int i = 0; i < commits; i++) {
                        int commit = number * commits + i;
                        flushes.commit(() -> written.add(commit));
                        assertThat(durable).contains(commit);
                    }
                });

        assertThat(durable).hasSize(threads * commits);
        assertThat(flushes.rounds()).isLessThan((long) threads * commits);
    }

    @Test
    void commitsDuringAFlushShareTheNext() {
        int followers = 8;
        var flushing = new CountDownLatch(1);
        var written = new CountDownLatch(followers);
        var flushes =
                new GroupFlush(() -> {
                    flushing.countDown();
                    await(written);
                });

        Together.run(
                followers + 1,
                number -> {
                    if (number == 0) {
                        flushes.commit(() -> {});
                    } else {
                        await(flushing);
                        flushes.commit(written::countDown);
                    }
                });

        // The first flush covers the first commit; a follower that had written but not joined yet
        // when the second began can need a third.
        assertThat(flushes.rounds()).isBetween(2L, 3L);
    }

    @Test
    void failureOfAFlushReachesAllThatShareIt() {
        int members = 8;
        var fails = new AtomicBoolean(true);
        var failed = new AtomicInteger();
        var flushes =
                new GroupFlush(() -> {
                    if (fails.get()) {
                        throw new IllegalArgumentException("disk full");
                    }
                });

        Together.run(
                members,
                _ -> {
                    try {
                        flushes.commit(() -> {});
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        failed.incrementAndGet();
                    }
                });

        assertThat(failed).hasValue(members);
        assertThat(flushes.rounds()).isZero();
        fails.set(false);
        flushes.commit(() -> {});
        assertThat(flushes.rounds()).isEqualTo(1);
    }

    @Test
    void settleFlushesOnlyWhatIsInDoubt() {
        var fails = new AtomicBoolean(true);
        var flushes =
                new GroupFlush(() -> {
                    if (fails.get()) {
                        throw new IllegalArgumentException("disk full");
                    }
                });
        flushes.settle();
        assertThatThrownBy(() -> flushes.commit(() -> {})).hasMessage("disk full");
        assertThatThrownBy(flushes::settle).hasMessage("disk full");
        fails.set(false);

        flushes.settle();
        flushes.settle();

        assertThat(flushes.rounds()).isEqualTo(1);
    }

    @Test
    void settleWaitsForACommitThatCanBeSeen() {
        var visible = new CountDownLatch(1);
        var seen = new CountDownLatch(1);
        Set<String> written = Collections.synchronizedSet(new HashSet<>());
        Set<String> durable = Collections.synchronizedSet(new HashSet<>());
        var flushes = new GroupFlush(() -> durable.addAll(Set.copyOf(written)));

        Together.run(
                2,
                number -> {
                    if (number == 0) {
                        flushes.commit(() -> {
                            written.add("commit");
                            visible.countDown();
                            await(seen);
                        });
                    } else {
                        await(visible);
                        flushes.settle();
                        assertThat(durable).contains("commit");
                        seen.countDown();
                    }
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
