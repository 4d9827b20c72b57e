package dev.directmsi.control;

import dev.directmsi.control.ContextStore.CommitLog;
import dev.directmsi.control.ContextStore.LoggedCommit;
import dev.directmsi.iommufd.ContextId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The end of one context's log, as those read it who follow the context: the store is asked once
 * for all who are up to date, however many they are. Who is far behind reads the store alone, at
 * their own pace and in nobody's way.
 *
 * <p>Two locks, so that a wake-up never waits for the store: one covers reading, the other the
 * version, which counts wake-ups. A reader remembers the version before it reads, and afterwards
 * waits for a later one; so no wake-up is lost.
 */
final class LogTail {

    /** Commits in one read: each stream holds so many in memory, whatever its client does. */
    static final int LIMIT = 16;

    /** Commits kept here for those who come a little later. */
    private static final int KEPT = 64;

    /** A store that is away is asked again after this time, by one for all. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ContextId id;
    private final ContextStore store;

    private final ReentrantLock reading = new ReentrantLock();
    private final Deque<LoggedCommit> tail = new ArrayDeque<>();
    private long checkedVersion = -1;
    private long awayUntil = System.nanoTime();
    private volatile long newest;

    private final ReentrantLock waking = new ReentrantLock();
    private final Condition woken = waking.newCondition();
    private long version;

    LogTail(ContextId id, ContextStore store) {
        this.id = id;
        this.store = store;
    }

    /** What follows a revision, at most {@link #LIMIT} commits; empty when the log is gone. */
    Optional<CommitLog> read(long after) {
        reading.lock();
        try {
            if (holds(after)) {
                return Optional.of(held(after));
            }
            if (after >= newest) {
                return readOn(after);
            }
        } finally {
            reading.unlock();
        }
        return store.log(id, after, LIMIT);
    }

    private boolean holds(long after) {
        return !tail.isEmpty()
                && after >= tail.getFirst().revision() - 1
                && after < tail.getLast().revision();
    }

    private CommitLog held(long after) {
        List<LoggedCommit> commits =
                tail.stream().filter(commit -> commit.revision() > after).limit(LIMIT).toList();
        return new CommitLog(commits.getLast().revision(), false, commits);
    }

    private Optional<CommitLog> readOn(long after) {
        long now = version();
        if (now == checkedVersion && after == newest) {
            return Optional.of(new CommitLog(after, false, List.of())); // still nothing new
        }
        if (awayUntil - System.nanoTime() > 0) {
            throw new StoreException.Unavailable("the store was away a moment ago", null);
        }
        Optional<CommitLog> log;
        try {
            log = store.log(id, after, LIMIT);
        } catch (StoreException.Unavailable e) {
            awayUntil = System.nanoTime() + PAUSE.toNanos();
            throw e;
        }
        log.ifPresent(read -> keep(after, read, now));
        return log;
    }

    private void keep(long after, CommitLog log, long now) {
        if (!tail.isEmpty() && tail.getLast().revision() != after) {
            tail.clear();
        }
        long last = after;
        for (LoggedCommit commit : log.commits()) {
            if (commit.revision() != last + 1) {
                tail.clear();
            }
            tail.addLast(commit);
            last = commit.revision();
        }
        while (tail.size() > KEPT) {
            tail.removeFirst();
        }
        newest = last;
        checkedVersion = log.commits().size() < LIMIT && !log.isClosed() ? now : -1;
    }

    /** Tells this tail where the context is; wakes its readers if they do not know it yet. */
    void compare(boolean isOpen, long revision) {
        if (!isOpen || revision != newest) {
            wake();
        }
    }

    void wake() {
        waking.lock();
        try {
            version++;
            woken.signalAll();
        } finally {
            waking.unlock();
        }
    }

    long version() {
        waking.lock();
        try {
            return version;
        } finally {
            waking.unlock();
        }
    }

    /** Returns when somebody woke this tail since it was at version {@code seen}, or in time. */
    void await(long seen, long nanos) throws InterruptedException {
        waking.lock();
        try {
            long left = nanos;
            while (version == seen && left > 0) {
                left = woken.awaitNanos(left);
            }
        } finally {
            waking.unlock();
        }
    }
}
