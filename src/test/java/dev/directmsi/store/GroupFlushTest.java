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
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Commits wait for a flush that began after them, and for no more flushes than needed.
@Timeout(30)
class GroupFlushTest {

    @Test
    void everyCommitIsFlushedBeforeItReturns() {
        Set<Integer> written = ConcurrentHashMap.newKeySet();
        Set<Integer> durable = ConcurrentHashMap.newKeySet();
        var inFlush = new AtomicInteger();
        var flushes =
                new GroupFlush(
                        new ReentrantLock(),
                        () -> {
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
        int commits = 8;
        var shared = new SharedFlush(commits - 1);

        Together.run(commits, _ -> shared.flushes.commit(() -> {}));

        // One when all joined before the first flush began.
        assertThat(shared.flushes.rounds()).isBetween(1L, 2L);
    }

    @Test
    void commitsBeforeAFlushShareIt() {
        int commits = 8;
        var turn = new ReentrantLock();
        var taken = new CountDownLatch(1);
        var flushes = new GroupFlush(turn, () -> {});

        Together.run(
                commits + 1,
                number -> {
                    if (number < commits) {
                        await(taken);
                        flushes.commit(() -> {});
                    } else {
                        // As a writer does.
                        turn.lock();
                        try {
                            taken.countDown();
                            while (flushes.waiting() < commits - 1) {
                                Thread.onSpinWait();
                            }
                        } finally {
                            turn.unlock();
                        }
                    }
                });

        assertThat(flushes.rounds()).isEqualTo(1);
    }

    @Test
    void failureOfAFlushReachesAllThatShareIt() {
        int commits = 8;
        var failed = new AtomicInteger();
        var shared = new SharedFlush(commits - 1);
        shared.fails = true;

        Together.run(
                commits,
                _ -> {
                    try {
                        shared.flushes.commit(() -> {});
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        failed.incrementAndGet();
                    }
                });

        assertThat(failed).hasValue(commits);
        assertThat(shared.runs.get()).isBetween(1, 2);
        shared.fails = false;
        shared.flushes.commit(() -> {});
        assertThat(shared.flushes.rounds()).isEqualTo(1);
    }

    /// The first flush ends when a number of others wait for the next.
    private static final class SharedFlush {
        private final GroupFlush flushes = new GroupFlush(new ReentrantLock(), this::flush);
        private final AtomicInteger runs = new AtomicInteger();
        private final int others;
        private volatile boolean fails;

        SharedFlush(int others) {
            this.others = others;
        }

        private void flush() {
            if (runs.incrementAndGet() == 1) {
                while (flushes.waiting() < others) {
                    Thread.onSpinWait();
                }
            }
            if (fails) {
                throw new IllegalArgumentException("disk full");
            }
        }
    }

    @Test
    void settleFlushesOnlyWhatIsInDoubt() {
        var fails = new AtomicBoolean(true);
        var flushes =
                new GroupFlush(
                        new ReentrantLock(),
                        () -> {
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
        var flushes =
                new GroupFlush(new ReentrantLock(), () -> durable.addAll(Set.copyOf(written)));

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
