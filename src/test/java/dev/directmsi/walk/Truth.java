package dev.directmsi.walk;

import dev.directmsi.control.ContextStore;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.control.HardwareProgrammer;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.RulesHost;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What the store holds, made into states, claims and hardware from nothing: the first oracle. No
/// part of it ever lived through a command.
final class Truth {

    private final RulesHost host;
    private final TreeMap<Long, ContextState> states = new TreeMap<>();
    private final TreeMap<Long, Content> contents = new TreeMap<>();

    private Truth(Topology topology) {
        this.host = new RulesHost(topology);
    }

    static Truth of(ContextStore store, Topology topology, String hostName) {
        var truth = new Truth(topology);
        for (StoredClaim claim : store.claims(hostName)) {
            truth.host.note(claim.context(), List.of(new Change.ResourceClaimed(claim.claim())));
        }
        for (ContextId id : store.openOn(hostName)) {
            truth.load(store.load(id).orElseThrow());
        }
        return truth;
    }

    private void load(StoredContext stored) {
        var state =
                new ContextState(
                        stored.id(),
                        stored.revision(),
                        stored.info(),
                        host.topology(),
                        host.seenBy(stored.id()),
                        host.machine());
        state.apply(stored.revision(), stored.rows());
        new HardwareProgrammer().programAll(state);
        states.put(stored.id().value(), state);
        contents.put(stored.id().value(), Content.of(state));
    }

    ContextState state(ContextId id) {
        return Objects.requireNonNull(states.get(id.value()));
    }

    Content content(ContextId id) {
        return Objects.requireNonNull(contents.get(id.value()));
    }

    Map<Long, Content> contents() {
        return contents;
    }

    Machine machine() {
        return host.machine();
    }

    Collection<Claim> claims(ContextId id) {
        return host.claimsOf(id);
    }

    /// What a command would do here.
    sealed interface Verdict {

        /// What it would commit.
        List<Change> changes();

        record Accepts(Object reply, List<Change> changes) implements Verdict {}

        record Refuses(Rejection rejection, List<Change> changes) implements Verdict {}
    }

    Verdict decide(ContextId id, Command<?> command) {
        try {
            return switch (command.decideWhole(state(id))) {
                case Decision.Accepted<?>(Object reply, List<Change> changes) ->
                        new Verdict.Accepts(reply, changes);
                case Decision.Partial<?>(List<Change> changes, Rejection rejection) ->
                        new Verdict.Refuses(rejection, changes);
            };
        } catch (Rejection rejection) {
            return new Verdict.Refuses(rejection, List.of());
        }
    }

    /// Somebody else commits nothing: the revision moves.
    void lostRace(ContextId id) {
        ContextState state = state(id);
        state.apply(state.revision() + 1, List.of());
        contents.put(id.value(), Content.of(state));
    }

    /// The content after a commit. This truth is used up by it.
    Content after(ContextId id, List<Change> changes) {
        ContextState state = state(id);
        if (!changes.isEmpty()) {
            state.apply(state.revision() + 1, changes);
        }
        return Content.of(state);
    }
}
