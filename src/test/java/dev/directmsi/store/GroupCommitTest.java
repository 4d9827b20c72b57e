package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.store.GroupCommit.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whoever comes while a group is being committed belongs to the next one.
@Timeout(30)
class GroupCommitTest {

    @Test
    void everyPartIsDurableBeforeItReturns() {
        Set<Integer> written = new HashSet<>(); // not synchronized: one group at a time
        Set<Integer> durable = ConcurrentHashMap.newKeySet();
        var groups = new AtomicInteger();
        var commits =
                new GroupCommit<Runnable>(
                        "group-commit",
                        parts -> {
                            parts.forEach(part -> part.attempt(Runnable::run));
                            durable.addAll(written);
                            groups.incrementAndGet();
                        });
        int threads = 16;
        int each = 500;

        Together.run(
                threads,
                number -> {
                    for (int i = 0; i < each; i++) {
                        int commit = number * each + i;
                        commits.run(() -> written.add(commit));
                        assertThat(durable).contains(commit);
                    }
                });

        assertThat(durable).hasSize(threads * each);
        assertThat(groups.get()).isLessThan(threads * each);
    }

    @Test
    void partsThatComeDuringACommitShareTheNext() {
        int parts = 8;
        var groups = new Groups(parts - 1);

        Together.run(parts, _ -> groups.commits.run(() -> {}));

        assertThat(groups.sizes).containsExactly(1, parts - 1);
    }

    @Test
    void lonelyPartIsCommittedByItsOwnerAndThoseThatWaitByAThreadOfTheSystem() {
        var groups = new Groups(7);
        Set<Thread> owners = ConcurrentHashMap.newKeySet();

        Together.run(
                8,
                _ -> {
                    owners.add(Thread.currentThread());
                    groups.commits.run(() -> {});
                });

        assertThat(groups.threads.getFirst()).isIn(owners);
        assertThat(groups.threads.getLast()).isNotIn(owners).matches(t -> !t.isVirtual());
    }

    @Test
    void failureOfACommitReachesAllThatShareIt() {
        int parts = 8;
        var failed = new AtomicInteger();
        var groups = new Groups(parts - 1);
        groups.fails = true;

        Together.run(
                parts,
                _ -> {
                    try {
                        groups.commits.run(() -> {});
                    } catch (IllegalArgumentException e) {
                        failed.incrementAndGet();
                    }
                });

        assertThat(failed).hasValue(parts);
        groups.fails = false;
        groups.commits.run(() -> {});
        assertThat(groups.sizes).containsExactly(1, parts - 1, 1);
    }

    @Test
    void refusalReachesItsOwnerAlone() {
        int parts = 8;
        var groups = new Groups(parts - 1);
        var refused = new AtomicInteger();

        Together.run(
                parts,
                number -> {
                    try {
                        groups.commits.run(() -> {
                            if (number == 3) {
                                throw new IllegalArgumentException("3");
                            }
                        });
                    } catch (IllegalArgumentException e) {
                        assertThat(number).isEqualTo(3);
                        refused.incrementAndGet();
                    }
                });

        assertThat(refused).hasValue(1);
    }

    @Test
    void interruptedOwnerLearnsTheOutcomeAndStaysInterrupted() {
        var groups = new Groups(1);

        Together.run(
                2,
                _ -> {
                    Thread.currentThread().interrupt();
                    groups.commits.run(() -> {});
                    assertThat(Thread.interrupted()).isTrue();
                });

        assertThat(groups.sizes).containsExactly(1, 1);
    }

    @Test
    void whatARunThrewIsForgottenByTheNext() {
        var runs = new AtomicInteger();
        var commits =
                new GroupCommit<Runnable>(
                        "group-commit",
                        parts -> {
                            assertThat(parts.getFirst().attempt(Runnable::run)).isFalse();
                            assertThat(parts.getFirst().attempt(Runnable::run)).isTrue();
                        });

        commits.run(() -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalArgumentException();
            }
        });

        assertThat(runs).hasValue(2);
    }

    /// The first group ends when a number of others wait for the next.
    private static final class Groups {
        private final GroupCommit<Runnable> commits =
                new GroupCommit<>("group-commit", this::commit);
        private final List<Integer> sizes = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();
        private final int others;
        private volatile boolean fails;

        Groups(int others) {
            this.others = others;
        }

        private void commit(List<Part<Runnable>> parts) {
            sizes.add(parts.size());
            threads.add(Thread.currentThread());
            while (sizes.size() == 1 && commits.waiting() < others) {
                Thread.onSpinWait();
            }
            parts.forEach(part -> part.attempt(Runnable::run));
            if (fails) {
                throw new IllegalArgumentException("disk full");
            }
        }
    }
}
