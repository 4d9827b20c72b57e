package dev.directmsi.control;

import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One context in this process: its state while it is trusted, its locks, and the write path.
 *
 * <p>{@code trusted} is null before the first use and after every doubt (rule 3): whatever else
 * than a refusal comes out of an attempt drops it, and the next use loads again. Memory is written
 * only after the commit (rule 1), so that until then readers see the state before it and wait for
 * nothing.
 */
final class LiveContext {

    /** A lost race or a taken claim is decided again this often before the client hears 503. */
    static final int ATTEMPTS = 5;

    private final ContextId id;
    private final ContextStore store;
    private final HostRegistry hosts;
    private final ChangeText text;
    private final ChangeFeed feed;
    private final HardwareProgrammer programmer = new HardwareProgrammer();
    private final BoundedLock commands;
    private final ReentrantReadWriteLock memory = new ReentrantReadWriteLock();
    private volatile @Nullable Loaded trusted;

    /** How often somebody looked at what is claimed on the host. */
    private final AtomicLong claimsAsked = new AtomicLong();

    /** A state and the host it lives on. */
    private record Loaded(ContextState state, LiveHost host) {}

    LiveContext(
            ContextId id,
            ContextStore store,
            HostRegistry hosts,
            ChangeText text,
            ChangeFeed feed) {
        this.id = id;
        this.commands = new BoundedLock("context " + id);
        this.store = store;
        this.hosts = hosts;
        this.text = text;
        this.feed = feed;
    }

    <R> Outcome<R> execute(Command<R> command, Guard guard, Answer.Presenter<R> presenter) {
        return decided(() -> attempt(command, guard, presenter));
    }

    /** Runs attempts under the command lock until one has not met somebody else's commit. */
    private <T> T decided(Supplier<T> once) {
        commands.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return once.get();
                } catch (Rejection rejection) {
                    throw rejection;
                } catch (StoreException.Stale | StoreException.ClaimTaken e) {
                    trusted = null;
                    if (attempt == ATTEMPTS) {
                        throw keepsMoving(e);
                    }
                } catch (RuntimeException | Error e) {
                    trusted = null;
                    throw e;
                }
            }
        } finally {
            commands.unlock();
        }
    }

    private StoreException keepsMoving(@Nullable Throwable cause) {
        return new StoreException.Unavailable(
                "context " + id + " kept moving: lost " + ATTEMPTS + " races", cause);
    }

    private <R> Outcome<R> attempt(Command<R> command, Guard guard, Answer.Presenter<R> presenter) {
        // The state first: a commit under this key that it contains is found, a later one makes it
        // stale. The other way round, an operation could be decided on its own effect.
        Loaded loaded = loaded();
        Optional<Answer> repeated = Repeats.find(store, id, guard);
        if (repeated.isPresent()) {
            return new Outcome.Repeated<>(repeated.get());
        }
        Decision<R> decision;
        try {
            checkRevision(guard, loaded.state().revision());
            decision = decide(command, loaded);
        } catch (Rejection rejection) {
            // A refusal is a read: on a stale view it would be wrong (rule 2).
            store.confirm(id, loaded.state().revision());
            throw rejection;
        }
        return switch (decision) {
            case Decision.Accepted<R>(R reply, List<Change> changes) ->
                    accept(loaded, guard, reply, changes, presenter);
            case Decision.Partial<R>(List<Change> changes, Rejection rejection) -> {
                if (guard.validateOnly() || changes.isEmpty()) {
                    store.confirm(id, loaded.state().revision());
                } else {
                    commit(loaded, changes, null);
                }
                throw rejection;
            }
        };
    }

    /** Decides; what looked at claims is refused only after they were read again. */
    private <R> Decision<R> decide(Command<R> command, Loaded loaded) {
        long asked = claimsAsked.get();
        try {
            return command.decideWhole(loaded.state());
        } catch (Rejection rejection) {
            // The revision that is confirmed before a refusal says nothing about claims.
            if (claimsAsked.get() == asked) {
                throw rejection;
            }
            return loaded.host().onFreshClaims(() -> command.decideWhole(loaded.state()));
        }
    }

    private <R> Outcome<R> accept(
            Loaded loaded,
            Guard guard,
            R reply,
            List<Change> changes,
            Answer.Presenter<R> presenter) {
        ContextState state = loaded.state();
        long after = state.revision() + (changes.isEmpty() ? 0 : 1);
        Answer answer = presenter.present(reply, after);
        if (guard.validateOnly()) {
            store.confirm(id, state.revision());
            return new Outcome.Validated<>(reply, answer, after, changes);
        }
        RecordedAnswer recorded = Repeats.record(id, guard, answer);
        if (changes.isEmpty() && recorded == null) {
            store.confirm(id, state.revision());
        } else {
            commit(loaded, changes, recorded);
        }
        return new Outcome.Done<>(reply, answer, after);
    }

    /** Store, then memory, then hardware. */
    private void commit(Loaded loaded, List<Change> changes, @Nullable RecordedAnswer answer) {
        ContextState state = loaded.state();
        if (changes.isEmpty()) {
            store.commit(id, state.revision(), changes, answer);
            return; // an answer was recorded; the revision is that of the state, which is the same
        }
        String log = text.of(changes, state);
        try {
            store.commit(id, state.revision(), changes, log, answer);
        } finally {
            feed.wake(id); // also where the outcome is not known: the log knows it
        }
        loaded.host().programming().lock();
        memory.writeLock().lock();
        try {
            state.apply(state.revision() + 1, changes);
            noteClaims(loaded.host(), changes);
            programmer.program(state, changes);
        } finally {
            memory.writeLock().unlock();
            loaded.host().programming().unlock();
        }
    }

    private void noteClaims(LiveHost host, List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.ResourceClaimed claimed) {
                host.claimed(claimed.claim(), id);
            } else if (change instanceof Change.ResourceReleased released) {
                host.released(released.claim(), id);
            }
        }
    }

    private static void checkRevision(Guard guard, long revision) {
        String expected = guard.ifMatch();
        if (expected != null
                && !expected.equals("*")
                && !expected.equals(Long.toString(revision))) {
            throw Reason.REVISION_MOVED.refusal(
                    "expected", expected, "actual", Long.toString(revision));
        }
    }

    /** What a query found, or why it was refused, and at which revision. */
    private record Seen<T>(
            long revision, @Nullable T found, @Nullable Rejection refusal, boolean onFreshClaims) {

        T answer() {
            if (refusal != null) {
                throw refusal;
            }
            return Objects.requireNonNull(found);
        }
    }

    /**
     * Reads at one revision, which was the newest at some moment of the read, whoever committed.
     *
     * <p>First without a lock. What is not confirmed met a commit: one of our own that is about to
     * be applied, or one of another process. The second try waits for the former. Later ones are
     * made on a state that is loaded for them, which was the newest when it was loaded and needs no
     * confirmation; only claims are read after it, which may be those of a later revision. So a
     * read ends, however busy the context is, unless it asks for claims and loses every race.
     */
    <T> T read(Function<ContextView, T> query) {
        Loaded known = trusted;
        if (known != null) {
            Seen<T> seen = see(known, query);
            if (isConfirmed(seen)) {
                return seen.answer();
            }
        }
        commands.lock();
        try {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                boolean isNew = trusted == null;
                Seen<T> seen = see(loaded(), query);
                if ((isNew && !seen.onFreshClaims()) || isConfirmed(seen)) {
                    return seen.answer();
                }
                trusted = null;
            }
            throw keepsMoving(null);
        } finally {
            commands.unlock();
        }
    }

    private boolean isConfirmed(Seen<?> seen) {
        try {
            store.confirm(id, seen.revision());
            return true;
        } catch (StoreException.Stale e) {
            return false;
        }
    }

    private <T> Seen<T> see(Loaded loaded, Function<ContextView, T> query) {
        long asked = claimsAsked.get();
        Seen<T> seen = look(loaded, query, false);
        if (claimsAsked.get() == asked) {
            return seen;
        }
        return loaded.host().onFreshClaims(() -> look(loaded, query, true)); // it rests on a hint
    }

    private <T> Seen<T> look(Loaded loaded, Function<ContextView, T> query, boolean onFreshClaims) {
        memory.readLock().lock();
        try {
            long revision = loaded.state().revision();
            try {
                return new Seen<>(revision, query.apply(loaded.state()), null, onFreshClaims);
            } catch (Rejection refusal) {
                return new Seen<>(revision, null, refusal, onFreshClaims);
            }
        } finally {
            memory.readLock().unlock();
        }
    }

    /**
     * Returns when a commit of our own that led to {@code revision} can be read: between the commit
     * and its application memory is one revision behind the log.
     */
    void awaitApplied(long revision) {
        Loaded loaded = trusted;
        if (loaded == null || revisionOf(loaded) >= revision) {
            return;
        }
        commands.lock();
        try {
            return; // the commit has been applied, or its outcome is in doubt and will be loaded
        } finally {
            commands.unlock();
        }
    }

    private long revisionOf(Loaded loaded) {
        memory.readLock().lock();
        try {
            return loaded.state().revision();
        } finally {
            memory.readLock().unlock();
        }
    }

    /** Destroys everything of the context: never refused but for a precondition. */
    Outcome<Long> close(Guard guard, Answer.Presenter<Long> presenter) {
        return decided(() -> tryClose(guard, presenter));
    }

    private Outcome<Long> tryClose(Guard guard, Answer.Presenter<Long> presenter) {
        Loaded loaded = loaded();
        Optional<Answer> repeated = Repeats.find(store, null, guard);
        if (repeated.isPresent()) {
            return new Outcome.Repeated<>(repeated.get());
        }
        long revision = loaded.state().revision();
        try {
            checkRevision(guard, revision);
        } catch (Rejection rejection) {
            store.confirm(id, revision);
            throw rejection;
        }
        Answer answer = presenter.present(revision, revision);
        if (guard.validateOnly()) {
            store.confirm(id, revision);
            return new Outcome.Validated<>(revision, answer, revision, List.of());
        }
        try {
            store.close(id, revision, Repeats.record(null, guard, answer));
        } finally {
            feed.wake(id);
        }
        trusted = null;
        loaded.host().programming().lock();
        memory.writeLock().lock();
        try {
            loaded.host().releasedAll(id);
            programmer.clear(loaded.state());
        } finally {
            memory.writeLock().unlock();
            loaded.host().programming().unlock();
        }
        return new Outcome.Done<>(revision, answer, revision);
    }

    /** The trusted state; loads it when there is none. Call with the command lock held. */
    private Loaded loaded() {
        Loaded known = trusted;
        if (known != null) {
            return known;
        }
        StoredContext stored =
                store.load(id)
                        .orElseThrow(
                                () -> Reason.CONTEXT_NOT_FOUND.refusal("context", id.toString()));
        LiveHost host = hosts.require(stored.info().host());
        if (!host.hash().equals(stored.info().topologyHash())) {
            hosts.refresh(); // another process may have replaced it
            host = hosts.require(stored.info().host());
        }
        if (!host.hash().equals(stored.info().topologyHash())) {
            throw Reason.TOPOLOGY_CHANGED.refusal(
                    "host", host.name(), "now", host.hash(), "then", stored.info().topologyHash());
        }
        var state =
                new ContextState(
                        id,
                        stored.revision(),
                        stored.info(),
                        host.topology(),
                        host.seenBy(id, claimsAsked::incrementAndGet),
                        host.machine());
        host.programming().lock();
        memory.writeLock().lock();
        try {
            host.refreshClaims(); // first: what others have meanwhile is not ours to clear
            programmer.clear(state);
            state.apply(stored.revision(), stored.rows());
            programmer.programAll(state);
            var loaded = new Loaded(state, host);
            trusted = loaded;
            return loaded;
        } finally {
            memory.writeLock().unlock();
            host.programming().unlock();
        }
    }
}
