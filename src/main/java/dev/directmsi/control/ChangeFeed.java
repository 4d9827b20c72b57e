package dev.directmsi.control;

import dev.directmsi.control.ContextStore.CommitLog;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Lets clients follow the commits of contexts, whichever process makes them. The log in the store
 * is the only source; here is nothing but who wants to know, and a bell.
 *
 * <p>Ends all streams when the service begins to stop: it has the last phase to start in, so the
 * first to stop in, before the web server waits for its requests.
 */
public final class ChangeFeed implements SmartLifecycle {

    /** Milliseconds between two looks at the revisions of contexts that are followed. */
    private static final long POLL = 150;

    private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

    /** A context that is followed, and by how many. */
    private record Followed(LogTail tail, int streams) {}

    private final ContextStore store;
    private final FeedSettings settings;
    private final Map<ContextId, Followed> followed = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile boolean open = true;

    public ChangeFeed(ContextStore store, FeedSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /**
     * Follows a context.
     *
     * @param after the revision that the caller knows; null for the current one
     * @param applied returns when a revision can be read
     */
    Subscription subscribe(ContextId id, @Nullable Long after, LongConsumer applied) {
        LogTail tail = enter(id);
        try {
            // First on the list, then the revision: no commit falls in between.
            return new Subscription(this, id, tail, start(id, after), applied);
        } catch (RuntimeException e) {
            leave(id);
            throw e;
        }
    }

    private long start(ContextId id, @Nullable Long after) {
        CommitLog now = store.log(id, after == null ? 0 : after, 0).orElseThrow(() -> notOpen(id));
        if (after == null ? now.isClosed() : now.isClosed() && after >= now.revision()) {
            throw notOpen(id);
        }
        if (after != null && after > now.revision()) {
            throw Reason.EVENTS_AHEAD.refusal(
                    "after", after.toString(), "revision", Long.toString(now.revision()));
        }
        // Opening a context makes revision 1 and changes nothing in it.
        return after == null ? now.revision() : Math.max(after, 1);
    }

    private static RuntimeException notOpen(ContextId id) {
        return Reason.CONTEXT_NOT_FOUND.refusal("context", id.toString());
    }

    private LogTail enter(ContextId id) {
        if (streams.incrementAndGet() > settings.streams()) {
            streams.decrementAndGet();
            throw full("this process", settings.streams());
        }
        Followed now =
                followed.compute(
                        id,
                        (_, before) ->
                                before == null
                                        ? new Followed(new LogTail(id, store), 1)
                                        : new Followed(before.tail(), before.streams() + 1));
        if (now.streams() > settings.streamsPerContext()) {
            leave(id);
            throw full("context " + id, settings.streamsPerContext());
        }
        return now.tail();
    }

    private static RuntimeException full(String where, int limit) {
        return Reason.EVENT_STREAMS_FULL.refusal("where", where, "limit", limit);
    }

    void leave(ContextId id) {
        followed.computeIfPresent(
                id,
                (_, now) ->
                        now.streams() == 1 ? null : new Followed(now.tail(), now.streams() - 1));
        streams.decrementAndGet();
    }

    /** Streams that are open. */
    public int streams() {
        return streams.get();
    }

    /** There may be something new in a context's log. */
    void wake(ContextId id) {
        Followed known = followed.get(id);
        if (known != null) {
            known.tail().wake();
        }
    }

    /** Asks for commits of other processes: one query for all contexts that are followed. */
    @Scheduled(fixedDelay = POLL)
    void poll() {
        if (followed.isEmpty() || !store.isShared()) {
            return;
        }
        Map<ContextId, LogTail> asked = new java.util.HashMap<>();
        followed.forEach((id, known) -> asked.put(id, known.tail()));
        try {
            Map<ContextId, Long> revisions = store.revisions(asked.keySet());
            asked.forEach((id, tail) ->
                    tail.compare(revisions.containsKey(id), revisions.getOrDefault(id, 0L)));
        } catch (StoreException e) {
            log.debug("followed contexts were not looked at: {}", e.toString());
        }
    }

    @Override
    public boolean isRunning() {
        return open;
    }

    @Override
    public void start() {
        open = true;
    }

    /** Ends every stream; its client goes on at another process, or here after the start. */
    @Override
    public void stop() {
        open = false;
        followed.values().forEach(known -> known.tail().wake());
    }
}
