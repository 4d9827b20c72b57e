package dev.directmsi.control;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A store that keeps its promises until it is told to break one. Holds rows, not states: what it
/// gives back on a load is made of the changes that were committed, and a change that does not fit
/// is a bug.
public final class InMemoryContextStore implements ContextStore {

    /// How the next commit goes wrong.
    public enum Fault {
        /// Nothing is written, and the caller knows.
        BEFORE_COMMIT,
        /// All is written, and the caller does not know.
        AFTER_COMMIT,
        /// Nothing is written, and the caller does not know.
        INSTEAD_OF_COMMIT,
        /// Somebody else has committed first.
        LOST_RACE
    }

    private record Scope(@Nullable ContextId context, String key) {}

    private record Recorded(RecordedAnswer answer, Instant at) {}

    private record HostClaim(String host, Claim claim) {}

    private static final int ANSWER_LIMIT = 10_000;

    private final InstantSource clock;
    private final TreeMap<Long, Rows> contexts = new TreeMap<>();
    private final Map<HostClaim, ContextId> claims = new HashMap<>();
    private final Map<Scope, Recorded> answers = new HashMap<>();
    private final TreeMap<String, StoredHost> hosts = new TreeMap<>();
    private final Map<ContextId, List<LoggedCommit>> logs = new HashMap<>();
    private final Map<ContextId, Long> closed = new HashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private volatile boolean away;
    private int logReads;
    private long lastContext;

    public InMemoryContextStore(InstantSource clock) {
        this.clock = clock;
    }

    /// Makes the next commit, open, close or host change go wrong.
    public synchronized void inject(Fault fault) {
        faults.add(fault);
    }

    /// Whether an injected fault still waits for its commit.
    public synchronized boolean isFaultWaiting() {
        return !faults.isEmpty();
    }

    @Override
    public synchronized ContextId open(ContextInfo info, AnswerFor<ContextId> answer) {
        var id = new ContextId(lastContext + 1);
        RecordedAnswer recorded = answer.of(id);
        refuseRepeated(recorded);
        write(
                null,
                () -> {
                    lastContext = id.value();
                    contexts.put(id.value(), new Rows(info));
                    record(recorded);
                });
        return id;
    }

    @Override
    public synchronized void commit(
            ContextId id,
            long revision,
            List<Change> changes,
            String log,
            @Nullable RecordedAnswer answer) {
        Rows rows = at(id, revision);
        refuseRepeated(answer);
        write(
                rows,
                () -> {
                    claim(id, rows.info().host(), changes);
                    rows.apply(changes);
                    if (!changes.isEmpty()) {
                        logOf(id).add(new LoggedCommit(revision + 1, log));
                    }
                    record(answer);
                });
    }

    @Override
    public synchronized void close(ContextId id, long revision, @Nullable RecordedAnswer answer) {
        refuseRepeated(answer);
        write(
                at(id, revision),
                () -> {
                    contexts.remove(id.value());
                    closed.put(id, revision + 1);
                    claims.values().removeIf(id::equals);
                    answers.keySet().removeIf(scope -> id.equals(scope.context()));
                    record(answer);
                });
    }

    @Override
    public synchronized void putHost(
            String name,
            @Nullable String expectedHash,
            @Nullable StoredHost document,
            @Nullable RecordedAnswer answer) {
        StoredHost now = hosts.get(name);
        if (!Objects.equals(now == null ? null : now.hash(), expectedHash)) {
            throw new StoreException.Stale("host " + name + " is not at " + expectedHash);
        }
        if (!openOn(name).isEmpty()) {
            throw new StoreException.HostInUse(name);
        }
        refuseRepeated(answer);
        write(
                null,
                () -> {
                    if (document == null) {
                        hosts.remove(name);
                    } else {
                        hosts.put(name, document);
                    }
                    record(answer);
                });
    }

    /// @param rows of the context that is written to, where there is one to lose a race for
    private void write(@Nullable Rows rows, Runnable transaction) {
        Fault fault = faults.poll();
        if (fault == Fault.BEFORE_COMMIT) {
            throw new StoreException.Unavailable("injected: nothing was written", null);
        }
        if (fault == Fault.INSTEAD_OF_COMMIT) {
            throw new StoreException.OutcomeUnknown("injected: nothing was written", null);
        }
        if (fault == Fault.LOST_RACE && rows != null) {
            rows.move();
            throw new StoreException.Stale("injected: somebody else was first");
        }
        transaction.run();
        if (fault == Fault.AFTER_COMMIT) {
            throw new StoreException.OutcomeUnknown("injected: everything was written", null);
        }
    }

    /// All or nothing: the claims are checked before anything is written. What the commit gives up
    /// is no obstacle to it.
    private void claim(ContextId id, String host, List<Change> changes) {
        var released = new HashSet<HostClaim>();
        for (Change change : changes) {
            if (change instanceof Change.ResourceReleased(Claim claim)) {
                released.add(new HostClaim(host, claim));
            } else if (change instanceof Change.ResourceClaimed(Claim claim)) {
                checkFree(host, claim, released);
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.ResourceReleased(Claim claim)
                    && !claims.remove(new HostClaim(host, claim), id)) {
                throw new IllegalStateException("not claimed: " + claim);
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.ResourceClaimed(Claim claim)) {
                claims.put(new HostClaim(host, claim), id);
            }
        }
    }

    private void checkFree(String host, Claim wanted, Set<HostClaim> released) {
        for (HostClaim taken : claims.keySet()) {
            if (taken.host().equals(host)
                    && !released.contains(taken)
                    && collide(taken.claim(), wanted)) {
                throw new StoreException.ClaimTaken(wanted + " is taken", null);
            }
        }
    }

    private static boolean collide(Claim one, Claim other) {
        return switch (one) {
            case Claim.RamClaim(var range) when other instanceof Claim.RamClaim(var wanted) ->
                    range.overlaps(wanted);
            case Claim claim -> claim.equals(other);
        };
    }

    private Rows at(ContextId id, long revision) {
        Rows rows = contexts.get(id.value());
        if (rows == null || rows.revision() != revision) {
            throw new StoreException.Stale("context " + id + " is not at " + revision);
        }
        return rows;
    }

    @Override
    public synchronized void confirm(ContextId id, long revision) {
        at(id, revision);
    }

    /// What can be followed is away, or back.
    public void setAway(boolean away) {
        this.away = away;
    }

    /// Forgets the oldest commits of a log, as pruning does.
    public synchronized void prune(ContextId id, long upTo) {
        logOf(id).removeIf(commit -> commit.revision() <= upTo);
    }

    /// How often a log was read.
    public synchronized int logReads() {
        return logReads;
    }

    private List<LoggedCommit> logOf(ContextId id) {
        return logs.computeIfAbsent(id, _ -> new ArrayList<>());
    }

    private void requireThere() {
        if (away) {
            throw new StoreException.Unavailable("away", null);
        }
    }

    @Override
    public synchronized Optional<CommitLog> log(ContextId id, long after, int limit) {
        requireThere();
        logReads++;
        Rows rows = contexts.get(id.value());
        Long end = closed.get(id);
        if (rows == null && end == null) {
            return Optional.empty();
        }
        return Optional.of(
                new CommitLog(
                        end == null ? rowsOf(id).revision() : end,
                        end != null,
                        logOf(id).stream()
                                .filter(commit -> commit.revision() > after)
                                .limit(limit)
                                .toList()));
    }

    @Override
    public synchronized Map<ContextId, Long> revisions(Collection<ContextId> ids) {
        requireThere();
        var found = new HashMap<ContextId, Long>();
        for (ContextId id : ids) {
            if (contexts.containsKey(id.value())) {
                found.put(id, rowsOf(id).revision());
            }
        }
        return found;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public synchronized int forgetClosed() {
        int forgotten = closed.size();
        logs.keySet().removeAll(closed.keySet());
        closed.clear();
        return forgotten;
    }

    @Override
    public synchronized Optional<StoredContext> load(ContextId id) {
        return Optional.ofNullable(contexts.get(id.value())).map(rows -> rows.toStored(id));
    }

    @Override
    public synchronized List<ContextId> open() {
        return contexts.keySet().stream().map(ContextId::new).toList();
    }

    @Override
    public synchronized List<ContextId> openOn(String host) {
        return open().stream().filter(id -> rowsOf(id).info().host().equals(host)).toList();
    }

    private Rows rowsOf(ContextId id) {
        return contexts.getOrDefault(id.value(), Rows.NONE);
    }

    @Override
    public synchronized Collection<StoredClaim> claims(String host) {
        var found = new ArrayList<StoredClaim>();
        claims.forEach((claim, holder) -> {
            if (claim.host().equals(host)) {
                found.add(new StoredClaim(holder, claim.claim()));
            }
        });
        return found;
    }

    private void refuseRepeated(@Nullable RecordedAnswer answer) {
        if (answer != null && answer(answer.context(), answer.key()).isPresent()) {
            throw new StoreException.Stale("there is an answer under key " + answer.key());
        }
    }

    private void record(@Nullable RecordedAnswer answer) {
        if (answer == null) {
            return;
        }
        if (answers.size() >= ANSWER_LIMIT) {
            throw new IllegalStateException("too many answers are recorded");
        }
        answers.put(
                new Scope(answer.context(), answer.key()), new Recorded(answer, clock.instant()));
    }

    @Override
    public synchronized Optional<RecordedAnswer> answer(@Nullable ContextId context, String key) {
        return Optional.ofNullable(answers.get(new Scope(context, key))).map(Recorded::answer);
    }

    @Override
    public synchronized int forgetOldAnswers() {
        Instant limit = clock.instant().minus(Duration.ofHours(24));
        int before = answers.size();
        answers.values().removeIf(recorded -> recorded.at().isBefore(limit));
        return before - answers.size();
    }

    @Override
    public synchronized List<StoredHost> hosts() {
        return List.copyOf(hosts.values());
    }
}
