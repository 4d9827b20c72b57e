package dev.directmsi.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Group commit: whoever comes while a group is being committed belongs to the next one. Or
/// whatever else is done for many at the price of one, and must not have begun before they came.
///
/// Who finds nobody at work commits by itself, so that a lonely commit waits for nobody. While some
/// wait, a thread of the operating system commits for them, group after group. A virtual thread of
/// theirs would queue for a processor at each step, behind every request that only reads, and all
/// the others with it. There is one group at a time, which whoever commits it may rely on.
///
/// @param <W> what a caller wants to be committed
final class GroupCommit<W> {

    /// How long the thread stays when nobody waits.
    private static final int IDLE_SECONDS = 1;

    /// What one thread wants to be committed.
    static final class Part<W> {

        private final W work;
        private final Thread owner = Thread.currentThread();
        private volatile boolean over;
        private @Nullable Throwable refusal;

        Part(W work) {
            this.work = work;
        }

        W work() {
            return work;
        }

        /// Does it; what that throws reaches its owner and no other. Another run forgets the one
        /// before.
        ///
        /// @return whether it was done
        boolean attempt(Consumer<? super W> how) {
            refusal = null;
            try {
                how.accept(work);
            } catch (RuntimeException | Error e) {
                refusal = e;
            }
            return refusal == null;
        }

        /// What the last run threw.
        Throwable refusal() {
            return Objects.requireNonNull(refusal);
        }

        /// Throws what the last run threw, if it did.
        void rethrow() {
            switch (refusal) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }

        /// Notes a failure of the group, unless it has its own reason already.
        private void fail(Throwable failure) {
            refusal = refusal == null ? failure : refusal;
        }

        private void end() {
            over = true;
            LockSupport.unpark(owner);
        }

        /// Not interruptible: to give up here would leave the outcome unknown for nothing.
        private void await() {
            boolean interrupted = false;
            while (!over) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Consumer<List<Part<W>>> commit;
    private final ThreadPoolExecutor thread;
    private final ReentrantLock lock = new ReentrantLock();

    // Both guarded by the lock.
    private List<Part<W>> waiting = new ArrayList<>();
    private boolean atWork;

    /// @param name of the thread
    /// @param commit attempts the parts and makes what they did durable; what it throws reaches the
    ///   owners of all of them
    GroupCommit(String name, Consumer<List<Part<W>>> commit) {
        this.commit = commit;
        this.thread = thread(name);
    }

    private static ThreadPoolExecutor thread(String name) {
        var thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name(name).daemon().factory());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /// Runs `work` in a group; durable on return.
    void run(W work) {
        var part = new Part<>(work);
        if (isLonely(part)) {
            commit(List.of(part));
            if (!isDone()) {
                thread.execute(this::commitAll);
            }
        }
        part.await();
        part.rethrow();
    }

    /// Joins those that wait, if somebody is at work.
    private boolean isLonely(Part<W> part) {
        lock.lock();
        try {
            if (atWork) {
                waiting.add(part);
                return false;
            }
            atWork = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void commitAll() {
        do {
            commit(take());
        } while (!isDone());
    }

    private void commit(List<Part<W>> group) {
        try {
            commit.accept(group);
        } catch (RuntimeException | Error e) {
            group.forEach(part -> part.fail(e));
        } finally {
            group.forEach(Part::end);
        }
    }

    private List<Part<W>> take() {
        lock.lock();
        try {
            List<Part<W>> group = waiting;
            waiting = new ArrayList<>();
            return group;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nobody waits; if so, nobody is at work any more.
    private boolean isDone() {
        lock.lock();
        try {
            atWork = !waiting.isEmpty();
            return !atWork;
        } finally {
            lock.unlock();
        }
    }

    /// Those that wait for the next group.
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
