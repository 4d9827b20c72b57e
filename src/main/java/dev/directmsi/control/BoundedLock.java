package dev.directmsi.control;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that is held while the store is asked, so that who waits for it waits for the store, too:
 * not for longer than {@link #PATIENCE_SECONDS}. Else, with the database away, each of many
 * requests for one context would wait until all before it have given up, one after the other.
 */
final class BoundedLock {

    /** Longer than any operation takes, short of what a client waits for. */
    static final int PATIENCE_SECONDS = 10;

    private final String what;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param what it guards, for people
     */
    BoundedLock(String what) {
        this.what = what;
    }

    /**
     * @throws StoreException.Unavailable when it took too long
     */
    void lock() {
        try {
            if (lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException.Unavailable("interrupted while it waited for " + what, e);
        }
        throw new StoreException.Unavailable(
                what + " was busy for " + PATIENCE_SECONDS + " s", null);
    }

    void unlock() {
        lock.unlock();
    }
}
