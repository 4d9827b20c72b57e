package dev.directmsi.walk;

import dev.directmsi.control.Answer;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.Guard;
import dev.directmsi.control.InMemoryContextStore.Fault;
import dev.directmsi.control.Outcome;
import dev.directmsi.control.StoreException;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Invariants;
import dev.directmsi.iommufd.Properties;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.BuildStage1;
import dev.directmsi.walk.Ground.Replica;
import dev.directmsi.walk.Truth.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One walk: a host at random, two contexts on it, one or two processes that command them, faults,
/// restarts, and at the end everything is taken down again.
final class Walk {

    private static final List<Fault> FAULTS = List.of(Fault.values());

    private static final int CONTEXTS = 2;
    private static final int REMEMBERED = 40;

    /// One of so many commands that change nothing is followed by all checks nevertheless.
    private static final int FULL_CHECKS = 8;

    private final Ground ground;
    private final RandomGenerator random;
    private final String host;
    private final Topology topology;
    private final List<Replica> replicas = new ArrayList<>();
    private final int replicaCount;
    private final List<ContextId> contexts = new ArrayList<>();
    private final Map<ContextId, GuestMemory> memories = new HashMap<>();
    private final Map<ContextId, SpaceWatch> spaces = new HashMap<>();
    private final Map<ContextId, PinWatch> pins = new HashMap<>();
    private final Deque<String> history = new ArrayDeque<>();
    private final Map<String, Integer> accepted = new TreeMap<>();
    private Truth truth;
    private @Nullable Fault pending;
    private int commands;

    Walk(Ground ground, long seed, String host, int replicaCount) {
        this.ground = ground;
        this.random = new SplittableRandom(seed);
        this.host = host;
        this.topology = RandomHost.of(random);
        this.replicaCount = replicaCount;
        StoredHost stored = StoredHost.of(host, TopologyDocument.render(topology));
        ground.store().putHost(host, null, stored, null);
        start();
        for (int i = 0; i < CONTEXTS; i++) {
            var outcome =
                    replicas.getFirst().plane().open(host, "walk", null, Guard.NONE, Walk::answer);
            ContextId id = ((Outcome.Done<ContextId>) outcome).reply();
            contexts.add(id);
            memories.put(id, new GuestMemory());
            spaces.put(id, new SpaceWatch());
            pins.put(id, new PinWatch());
        }
        truth = Truth.of(ground.store(), topology, host);
    }

    static <R> Answer answer(R reply, long revision) {
        return new Answer(200, Map.of(), new byte[0]);
    }

    private void start() {
        replicas.clear();
        for (int i = 0; i < replicaCount; i++) {
            replicas.add(Replica.of(ground, topology));
        }
    }

    /// Walks; answers how many commands were run.
    int run(int steps) {
        try {
            contexts.forEach(this::begin);
            for (int step = 0; step < steps; step++) {
                step();
            }
            new Dismantling(this::state, this::command).all(contexts);
            bare();
            return commands;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "after %d commands on %s%n%s"
                            .formatted(commands, topology, String.join("\n", history)),
                    e);
        }
    }

    /// How often each kind of command changed something.
    Map<String, Integer> accepted() {
        return accepted;
    }

    private dev.directmsi.iommufd.ContextView state(ContextId id) {
        return truth.state(id);
    }

    private void begin(ContextId id) {
        if (random.nextInt(5) > 0) {
            var choice = new Choice(truth.state(id), random);
            for (var next : Prologue.of(choice, memories.getOrDefault(id, new GuestMemory()))) {
                command(id, next.apply(new Choice(truth.state(id), random)));
            }
        }
    }

    private void step() {
        if (random.nextInt(150) == 0) {
            ground.restart();
            start();
            remember("restart");
        }
        ContextId id = contexts.get(random.nextInt(CONTEXTS));
        GuestMemory memory = memories.getOrDefault(id, new GuestMemory());
        Command<?> command = CommandSource.next(truth.state(id), random, memory);
        if (pending == null && random.nextInt(12) == 0) {
            Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            pending = ground.inject(fault) ? fault : null;
        }
        command(id, command);
    }

    private void remember(String what) {
        history.add(what);
        if (history.size() > REMEMBERED) {
            history.removeFirst();
        }
    }

    /// Runs a command on some replica and holds it to both oracles.
    private void command(ContextId id, Command<?> command) {
        commands++;
        Replica replica = replicas.get(random.nextInt(replicas.size()));
        if (replicaCount > 1 && random.nextBoolean()) {
            read(replica);
        }
        boolean exact = replicaCount == 1 && replica.doubtful().isEmpty();
        boolean race = pending == Fault.LOST_RACE && !truth.decide(id, command).changes().isEmpty();
        if (race) {
            truth.lostRace(id);
        }
        remember("context " + id + ": " + command + (pending == null ? "" : " " + pending));
        Verdict verdict = truth.decide(id, command);
        @Nullable Object reply = null;
        boolean doubt = false;
        try {
            reply = execute(replica, id, command);
            replica.doubtful().remove(id);
        } catch (Rejection rejection) {
            replica.doubtful().remove(id);
            Judgement.refused(verdict, rejection);
        } catch (StoreException.OutcomeUnknown | StoreException.Unavailable e) {
            doubt = true;
            replica.doubtful().add(id);
        }
        if (reply != null) {
            Judgement.accepted(verdict, reply, exact);
        }
        @Nullable Fault fault = ground.isFaultWaiting() ? null : pending;
        pending = ground.isFaultWaiting() ? pending : null;
        if (fault == Fault.LOST_RACE && !race) {
            truth.lostRace(id); // met by a commit that was decided on a stale hint
        }
        boolean quiet =
                !doubt
                        && fault == null
                        && verdict.changes().isEmpty()
                        && random.nextInt(FULL_CHECKS) > 0;
        boolean happened = quiet || judge(id, command, verdict, doubt, fault, exact);
        remember("    " + (doubt ? "doubt " + happened : verdictText(verdict)));
        if (happened && verdict instanceof Verdict.Accepts && !verdict.changes().isEmpty()) {
            accepted.merge(command.getClass().getSimpleName(), 1, Integer::sum);
        }
        if (happened && verdict instanceof Verdict.Accepts(BuildStage1.Built built, _)) {
            memories.getOrDefault(id, new GuestMemory()).note(built);
        }
        if (doubt && random.nextBoolean()) {
            replica.doubtful().remove(id);
        }
        if (quiet) {
            // Nothing was committed: then nothing has moved, and what was checked still holds.
            ground.store().confirm(id, truth.state(id).revision());
            readContent(replica, id);
        } else {
            read(replica);
        }
        if (happened) {
            Judgement.repeatable(truth, id, command, verdict);
            spaces.getOrDefault(id, new SpaceWatch()).note(command, verdict, truth.state(id));
            pins.getOrDefault(id, new PinWatch()).note(truth.state(id));
        }
    }

    private static String verdictText(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepts accepts -> accepts.changes().size() + " changes";
            case Verdict.Refuses refuses -> refuses.rejection().reason() + "";
        };
    }

    private <R> Object execute(Replica replica, ContextId id, Command<R> command) {
        Outcome<R> outcome = replica.plane().execute(id, command, Guard.NONE, Walk::answer);
        return ((Outcome.Done<R>) outcome).reply();
    }

    /// Compares what the store has now with what it should have; answers whether the command
    /// happened.
    private boolean judge(
            ContextId id,
            Command<?> command,
            Verdict verdict,
            boolean doubt,
            @Nullable Fault fault,
            boolean exact) {
        Separation separation = Separation.before(truth.state(id), command);
        Map<Long, Content> before = new HashMap<>(truth.contents());
        Content expected = truth.after(id, verdict.changes());
        Truth now = Truth.of(ground.store(), topology, host);
        Content actual = now.content(id);
        boolean happened = !doubt || fault == Fault.AFTER_COMMIT;
        Content wanted = happened ? expected : Objects.requireNonNull(before.get(id.value()));
        if (exact || !happened || verdict instanceof Verdict.Refuses) {
            // 31: a refusal and a failed commit leave the state as it was.
            require(actual.equals(wanted), "invariant 31", wanted, actual);
        }
        contexts.stream()
                .filter(other -> !other.equals(id))
                .forEach(other ->
                        require(
                                now.content(other).equals(before.get(other.value())),
                                "another context changed",
                                other));
        truth = now;
        if (separation != null) {
            separation.check(now.state(id));
        }
        return happened;
    }

    /// Reads every context through a replica: its state is what is stored, and its hardware too.
    private void read(Replica replica) {
        for (ContextId id : contexts) {
            if (!replica.doubtful().contains(id)) {
                readContent(replica, id);
            }
        }
        for (ContextId id : contexts) {
            if (!replica.doubtful().contains(id)) {
                replica.plane()
                        .read(
                                id,
                                view -> {
                                    Invariants.check(view, truth.claims(id));
                                    Properties.check(view);
                                    return true;
                                });
            }
        }
        if (replica.doubtful().isEmpty()) {
            new Hardware(topology, truth.machine(), replica.machine(host)).check();
        }
    }

    private void readContent(Replica replica, ContextId id) {
        // A query may also see a stale view: only what it returns counts.
        Content live = replica.plane().read(id, Content::of);
        require(live.equals(truth.content(id)), "live", live, truth.content(id));
    }

    /// 37: nothing is left, in the store or in hardware; the contexts close.
    private void bare() {
        for (ContextId id : contexts) {
            require(truth.content(id).isBare(), "invariant 37", truth.content(id));
            require(truth.claims(id).isEmpty(), "invariant 37", truth.claims(id));
        }
        var nothing = new dev.directmsi.hardware.Machine();
        for (Replica replica : replicas) {
            replica.doubtful().clear();
            read(replica);
            new Hardware(topology, nothing, replica.machine(host)).check();
        }
        for (ContextId id : contexts) {
            replicas.getFirst().plane().close(id, Guard.NONE, Walk::answer);
        }
        require(ground.store().openOn(host).isEmpty(), "closed", contexts);
        ground.store().putHost(host, stored().hash(), null, null);
    }

    private StoredHost stored() {
        return StoredHost.of(host, TopologyDocument.render(topology));
    }

    static void require(boolean holds, Object... what) {
        if (!holds) {
            throw new AssertionError(List.of(what).toString());
        }
    }
}
