package dev.directmsi.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Group commit: whoever comes while a group is being committed belongs to the next one.
///
/// Who finds nobody at work leads: it takes all that wait, itself included, and commits them
/// together. Then it hands the lead to the first of those that came meanwhile, and returns. So a
/// lonely commit waits for nobody, and there is one group at a time, which whoever commits it may
/// rely on.
final class GroupCommit {

    /// What one thread wants to be committed.
    static final class Part {

        private enum Turn {
            WAITING,
            LEADING,
            OVER
        }

        private final Runnable work;
        private final Thread owner = Thread.currentThread();
        private volatile Turn turn = Turn.WAITING;
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

        private void turn(Turn next) {
            turn = next;
            LockSupport.unpark(owner);
        }

        /// Not interruptible: to give up here would leave the outcome unknown for nothing.
        private void await() {
            boolean interrupted = false;
            while (turn == Turn.WAITING) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Consumer<List<Part>> commit;
    private final ReentrantLock lock = new ReentrantLock();

    // Both guarded by the lock.
    private List<Part> waiting = new ArrayList<>();
    private boolean led;

    /// @param commit attempts the parts and makes what they did durable; what it throws reaches the
    ///   owners of all of them
    GroupCommit(Consumer<List<Part>> commit) {
        this.commit = commit;
    }

    /// Runs `work` in a group; durable on return.
    void run(Runnable work) {
        var part = new Part(work);
        if (!lead(part)) {
            part.await();
        }
        if (part.turn != Part.Turn.OVER) {
            commitNext();
        }
        part.rethrow();
    }

    /// Joins those that wait; answers whether this one leads them.
    private boolean lead(Part part) {
        lock.lock();
        try {
            waiting.add(part);
            if (led) {
                return false;
            }
            led = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void commitNext() {
        List<Part> group = take();
        try {
            commit.accept(group);
        } catch (RuntimeException | Error e) {
            group.forEach(part -> part.fail(e));
        } finally {
            handOver();
            group.forEach(part -> part.turn(Part.Turn.OVER));
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

    private void handOver() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                led = false;
            } else {
                waiting.getFirst().turn(Part.Turn.LEADING);
            }
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
