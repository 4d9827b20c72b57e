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

/// Group commit: whoever comes while a group is being committed belongs to the next one.
///
/// Who finds nobody at work commits by itself, so that a lonely commit waits for nobody. While some
/// wait, a thread of the operating system commits for them, group after group. A virtual thread of
/// theirs would queue for a processor at each step, behind every request that only reads, and all
/// the others with it. There is one group at a time, which whoever commits it may rely on.
final class GroupCommit {

    /// How long the thread stays when nobody waits.
    private static final int IDLE_SECONDS = 1;

    /// What one thread wants to be committed.
    static final class Part {

        private final Runnable work;
        private final Thread owner = Thread.currentThread();
        private volatile boolean over;
        private @Nullable Throwable refusal;

        Part(Runnable work) {
            this.work = work;
        }

        /// Runs it; what it throws reaches its owner and no other. Another run forgets the one
        /// before.
        ///
        /// @return whether it was done
        boolean attempt() {
            refusal = null;
            try {
                work.run();
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

    private final Consumer<List<Part>> commit;
    private final ThreadPoolExecutor thread = thread();
    private final ReentrantLock lock = new ReentrantLock();

    // Both guarded by the lock.
    private List<Part> waiting = new ArrayList<>();
    private boolean atWork;

    /// @param commit attempts the parts and makes what they did durable; what it throws reaches the
    ///   owners of all of them
    GroupCommit(Consumer<List<Part>> commit) {
        this.commit = commit;
    }

    private static ThreadPoolExecutor thread() {
        var thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("group-commit").daemon().factory());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /// Runs `work` in a group; durable on return.
    void run(Runnable work) {
        var part = new Part(work);
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
    private boolean isLonely(Part part) {
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

    private void commit(List<Part> group) {
        try {
            commit.accept(group);
        } catch (RuntimeException | Error e) {
            group.forEach(part -> part.fail(e));
        } finally {
            group.forEach(Part::end);
        }
    }

    private List<Part> take() {
        lock.lock();
        try {
            List<Part> group = waiting;
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
