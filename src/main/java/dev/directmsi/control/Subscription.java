package dev.directmsi.control;

import dev.directmsi.control.ContextStore.CommitLog;
import dev.directmsi.control.ContextStore.LoggedCommit;
import dev.directmsi.iommufd.ContextId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * One stream of a context's commits: each told once, in order, and what is lost told as lost. Its
 * position is all that it remembers, so a slow client costs nothing but its own delay.
 *
 * <p>Of one thread.
 */
public final class Subscription implements AutoCloseable {

    /** What a stream waits at most before it asks a store again that was away. */
    private static final long RETRY = Duration.ofSeconds(1).toNanos();

    private final ChangeFeed feed;
    private final ContextId id;
    private final LogTail tail;
    private final LongConsumer applied;
    private long position;
    private boolean begun;
    private boolean over;

    Subscription(ChangeFeed feed, ContextId id, LogTail tail, long position, LongConsumer applied) {
        this.feed = feed;
        this.id = id;
        this.tail = tail;
        this.position = position;
        this.applied = applied;
    }

    /**
     * Waits for what comes next. While the store is away there is nothing to tell.
     *
     * @param patience how long
     * @return at most a handful; none when there was nothing in this time, or when the stream is
     *     over
     */
    public List<FeedEvent> next(Duration patience) throws InterruptedException {
        if (!begun) {
            begun = true;
            return List.of(new FeedEvent.Subscribed(position));
        }
        long deadline = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); left > 0 && !isOver(); ) {
            long seen = tail.version();
            long wait = left;
            try {
                List<FeedEvent> events = read();
                if (!events.isEmpty()) {
                    applied.accept(position);
                    return events;
                }
            } catch (StoreException.Unavailable e) {
                wait = Math.min(left, RETRY);
            }
            if (!isOver()) {
                tail.await(seen, wait);
            }
            left = deadline - System.nanoTime();
        }
        return List.of();
    }

    /** Whether nothing will come any more: the context is closed, or the service stops. */
    public boolean isOver() {
        return over || !feed.isRunning();
    }

    private List<FeedEvent> read() {
        Optional<CommitLog> found = tail.read(position);
        if (found.isEmpty()) {
            over = true; // closed so long ago that nobody knows what happened until then
            return List.of();
        }
        CommitLog log = found.get();
        var events = new ArrayList<FeedEvent>();
        for (LoggedCommit commit : log.commits()) {
            passTo(commit.revision(), events);
            events.add(new FeedEvent.Committed(commit.revision(), commit.changes()));
        }
        if (log.isClosed() && log.commits().size() < LogTail.LIMIT) {
            passTo(log.revision(), events);
            events.add(new FeedEvent.Closed(log.revision()));
            over = true;
        }
        return events;
    }

    /** Moves on to a revision; what lies in between is not kept any more. */
    private void passTo(long revision, List<FeedEvent> events) {
        if (revision > position + 1) {
            events.add(new FeedEvent.Lost(position + 1, revision - 1));
        }
        position = revision;
    }

    @Override
    public void close() {
        feed.leave(id);
    }
}
