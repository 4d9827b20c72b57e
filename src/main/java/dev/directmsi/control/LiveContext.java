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
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
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
    private static final int ATTEMPTS = 5;

    private final ContextId id;
    private final ContextStore store;
    private final HostRegistry hosts;
    private final HardwareProgrammer programmer = new HardwareProgrammer();
    private final BoundedLock commands;
    private final ReentrantReadWriteLock memory = new ReentrantReadWriteLock();
    private volatile @Nullable Loaded trusted;

    /** Whether a rule looked at what is claimed on the host, since this was last reset. */
    private volatile boolean claimsAsked;

    /** A state and the host it lives on. */
    private record Loaded(ContextState state, LiveHost host) {}

    LiveContext(ContextId id, ContextStore store, HostRegistry hosts) {
        this.id = id;
        this.commands = new BoundedLock("context " + id);
        this.store = store;
        this.hosts = hosts;
    }

    <R> Outcome<R> execute(Command<R> command, Guard guard, Answer.Presenter<R> presenter) {
        commands.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return attempt(command, guard, presenter);
                } catch (Rejection rejection) {
                    throw rejection;
                } catch (StoreException.Stale | StoreException.ClaimTaken e) {
                    trusted = null;
                    if (attempt == ATTEMPTS) {
                        throw new StoreException.Unavailable(
                                "context " + id + " kept moving: lost " + ATTEMPTS + " races", e);
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

    private <R> Outcome<R> attempt(Command<R> command, Guard guard, Answer.Presenter<R> presenter) {
        Optional<Answer> repeated = Repeats.find(store, id, guard);
        if (repeated.isPresent()) {
            return new Outcome.Repeated<>(repeated.get());
        }
        Loaded loaded = loaded();
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
        claimsAsked = false;
        try {
            return command.decideWhole(loaded.state());
        } catch (Rejection rejection) {
            // The revision that is confirmed before a refusal says nothing about claims.
            if (!claimsAsked) {
                throw rejection;
            }
            loaded.host().refreshClaims();
            return command.decideWhole(loaded.state());
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
        store.commit(id, state.revision(), changes, answer);
        if (changes.isEmpty()) {
            return; // an answer was recorded; the revision is that of the state, which is the same
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

    /**
     * Reads at one revision; a read that the store does not confirm is made again on a fresh state.
     */
    <T> T read(Function<ContextView, T> query) {
        for (int attempt = 1; ; attempt++) {
            try {
                return confirmed(query);
            } catch (StoreException.Stale e) {
                distrust(attempt, e);
            }
        }
    }

    /** A read met a newer revision: our own commit that was not yet applied, or somebody else's. */
    private void distrust(int attempt, StoreException.Stale cause) {
        if (attempt == ATTEMPTS) {
            throw new StoreException.Unavailable("context " + id + " kept moving", cause);
        }
        commands.lock(); // waits for a commit of our own
        try {
            if (attempt > 1) {
                trusted = null;
            }
        } finally {
            commands.unlock();
        }
    }

    private <T> T confirmed(Function<ContextView, T> query) {
        Loaded loaded = trusted;
        if (loaded == null) {
            commands.lock();
            try {
                loaded = loaded();
            } finally {
                commands.unlock();
            }
        }
        long revision;
        T result;
        memory.readLock().lock();
        try {
            revision = loaded.state().revision();
            result = query.apply(loaded.state());
        } finally {
            memory.readLock().unlock();
        }
        store.confirm(id, revision);
        return result;
    }

    /** Destroys everything of the context: never refused but for a precondition. */
    Outcome<Long> close(Guard guard, Answer.Presenter<Long> presenter) {
        commands.lock();
        try {
            Optional<Answer> repeated = Repeats.find(store, null, guard);
            if (repeated.isPresent()) {
                return new Outcome.Repeated<>(repeated.get());
            }
            Loaded loaded = loaded();
            long revision = loaded.state().revision();
            checkRevision(guard, revision);
            Answer answer = presenter.present(revision, revision);
            if (guard.validateOnly()) {
                return new Outcome.Validated<>(revision, answer, revision, List.of());
            }
            trusted = null;
            store.close(id, revision, Repeats.record(null, guard, answer));
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
        } finally {
            commands.unlock();
        }
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
            throw Reason.TOPOLOGY_CHANGED.refusal(
                    "host", host.name(), "now", host.hash(), "then", stored.info().topologyHash());
        }
        var state =
                new ContextState(
                        id,
                        stored.revision(),
                        stored.info(),
                        host.topology(),
                        host.seenBy(id, () -> claimsAsked = true),
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
