package dev.directmsi.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Group commit: everybody who waits while a flush is running shares the next one.
///
/// Rounds follow each other. Who wants a flush joins the round that gathers, which has not started
/// yet and therefore covers what was written before. When nobody is flushing, the first member that
/// finds out leads: it waits for its turn, closes the round, opens the next one, and flushes for
/// all. The turn comes before the close: who writes while the leader waits for the writers belongs
/// to its round. Every member looks again whenever a round ends, so no wake-up can be lost, and a
/// member that is woken for nothing only waits again.
///
/// Between COMMIT and the end of its flush a commit can be read by others and still be lost in a
/// power cut. {@link #settle} is for those who are about to act on what they have read.
final class GroupFlush {

    private static final class Round {
        private boolean over;
        private @Nullable Throwable failure;
    }

    private final Lock turn;
    private final Runnable flush;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roundOver = lock.newCondition();

    // All guarded by the lock.
    private Round gathering = new Round();
    private boolean flushing;
    private int unsettledCommits;
    private long doubts;
    private long doubtsSettled;
    private long rounds;

    /// @param turn held during a flush
    GroupFlush(Lock turn, Runnable flush) {
        this.turn = turn;
        this.flush = flush;
    }

    /// Runs a commit and returns when it has been flushed.
    void commit(Runnable commit) {
        begin();
        boolean settled = false;
        try {
            commit.run();
            join();
            settled = true;
        } finally {
            end(settled);
        }
    }

    private void begin() {
        lock.lock();
        try {
            unsettledCommits++;
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean settled) {
        lock.lock();
        try {
            unsettledCommits--;
            if (!settled) {
                doubts++;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns when everything that could be read before is durable; at once when nothing is open.
    void settle() {
        if (isUnsettled()) {
            join();
        }
    }

    private boolean isUnsettled() {
        lock.lock();
        try {
            return unsettledCommits > 0 || doubts != doubtsSettled;
        } finally {
            lock.unlock();
        }
    }

    /// Rounds that ended well.
    long rounds() {
        lock.lock();
        try {
            return rounds;
        } finally {
            lock.unlock();
        }
    }

    /// Members that wait for a flush, without those that lead one.
    int waiting() {
        lock.lock();
        try {
            return lock.getWaitQueueLength(roundOver);
        } finally {
            lock.unlock();
        }
    }

    private void join() {
        lock.lock();
        try {
            Round mine = gathering;
            while (flushing && !mine.over) {
                // Not interruptible: to give up here would leave the outcome unknown for nothing.
                roundOver.awaitUninterruptibly();
            }
            if (mine.over) {
                throwFailure(mine);
                return;
            }
            flushing = true;
        } finally {
            lock.unlock();
        }
        lead();
    }

    private void lead() {
        turn.lock();
        try {
            flushRound();
        } finally {
            turn.unlock();
        }
    }

    private void flushRound() {
        Round round;
        long doubtsBefore;
        lock.lock();
        try {
            round = gathering;
            gathering = new Round();
            doubtsBefore = doubts;
        } finally {
            lock.unlock();
        }
        Throwable failure = null;
        try {
            flush.run();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            finish(round, doubtsBefore, failure);
        }
    }

    private void finish(Round round, long doubtsBefore, @Nullable Throwable failure) {
        lock.lock();
        try {
            flushing = false;
            round.over = true;
            round.failure = failure;
            if (failure == null) {
                rounds++;
                doubtsSettled = doubtsBefore;
            }
            roundOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void throwFailure(Round round) {
        if (round.failure != null) {
            throw new IllegalStateException("the flush of this round failed", round.failure);
        }
    }
}
