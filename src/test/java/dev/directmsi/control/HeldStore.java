package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A store whose commits can be held in flight, and that can be overtaken between two steps of a
/// request. By itself, as on an embedded database, nobody else writes, so there is nothing to
/// confirm.
final class HeldStore implements ContextStore {

    private final ContextStore store;
    private volatile @Nullable Hold hold;
    private volatile @Nullable Hold afterwards;
    private volatile @Nullable Runnable overtaker;
    private volatile @Nullable Runnable overtakerOfLoad;
    private volatile boolean overtaken;

    /// A commit on its way.
    ///
    /// @param arrived when it has begun
    /// @param released when it may end
    record Hold(CountDownLatch arrived, CountDownLatch released) {}

    HeldStore(ContextStore store) {
        this.store = store;
    }

    /// Holds the next commit.
    Hold holdNext() {
        var next = new Hold(new CountDownLatch(1), new CountDownLatch(1));
        hold = next;
        return next;
    }

    /// Holds the next commit when it is written already, and nobody knows.
    Hold holdNextAfterwards() {
        var next = new Hold(new CountDownLatch(1), new CountDownLatch(1));
        afterwards = next;
        return next;
    }

    /// Lets somebody else be faster: right after the next look for a recorded answer. From now on
    /// views are confirmed.
    void overtake(Runnable somebody) {
        overtaker = somebody;
    }

    /// The same, right after the next load.
    void overtakeLoad(Runnable somebody) {
        overtakerOfLoad = somebody;
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void commit(
            ContextId id,
            long revision,
            List<Change> changes,
            String log,
            @Nullable RecordedAnswer answer) {
        Hold now = hold;
        if (now != null) {
            hold = null;
            now.arrived().countDown();
            await(now.released());
        }
        store.commit(id, revision, changes, log, answer);
        Hold after = afterwards;
        if (after != null) {
            afterwards = null;
            after.arrived().countDown();
            await(after.released());
        }
    }

    @Override
    public void confirm(ContextId id, long revision) {
        if (overtaken) {
            store.confirm(id, revision);
        }
    }

    @Override
    public ContextId open(ContextInfo info, AnswerFor<ContextId> answer) {
        return store.open(info, answer);
    }

    @Override
    public void close(ContextId id, long revision, @Nullable RecordedAnswer answer) {
        store.close(id, revision, answer);
    }

    @Override
    public Optional<CommitLog> log(ContextId id, long after, int limit) {
        return store.log(id, after, limit);
    }

    @Override
    public Map<ContextId, Long> revisions(Collection<ContextId> ids) {
        return store.revisions(ids);
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public int forgetClosed() {
        return store.forgetClosed();
    }

    @Override
    public Optional<StoredContext> load(ContextId id) {
        Optional<StoredContext> loaded = store.load(id);
        Runnable somebody = overtakerOfLoad;
        if (somebody != null) {
            overtakerOfLoad = null;
            overtaken = true;
            somebody.run();
        }
        return loaded;
    }

    @Override
    public List<ContextId> open() {
        return store.open();
    }

    @Override
    public List<ContextId> openOn(String host) {
        return store.openOn(host);
    }

    @Override
    public Collection<StoredClaim> claims(String host) {
        return store.claims(host);
    }

    @Override
    public Optional<RecordedAnswer> answer(@Nullable ContextId context, String key) {
        Optional<RecordedAnswer> answer = store.answer(context, key);
        Runnable somebody = overtaker;
        if (somebody != null) {
            overtaker = null;
            overtaken = true;
            somebody.run();
        }
        return answer;
    }

    @Override
    public int forgetOldAnswers() {
        return store.forgetOldAnswers();
    }

    @Override
    public List<StoredHost> hosts() {
        return store.hosts();
    }

    @Override
    public void putHost(
            String name,
            @Nullable String expectedHash,
            @Nullable StoredHost document,
            @Nullable RecordedAnswer answer) {
        store.putHost(name, expectedHash, document, answer);
    }
}
