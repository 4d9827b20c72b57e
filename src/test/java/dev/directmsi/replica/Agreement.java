package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.HardwareProgrammer;
import dev.directmsi.control.host.TopologyDocument;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.Invariants;
import dev.directmsi.iommufd.RulesHost;
import dev.directmsi.replica.Violations.Promise;
import dev.directmsi.store.JdbcContextStore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// In the end, when all is quiet: every replica shows the same, which is what the log leads to, and
/// the rows keep the invariants.
final class Agreement {

    private final Cluster cluster;
    private final Model model;
    private final Violations violations;

    Agreement(Cluster cluster, Model model, Violations violations) {
        this.cluster = cluster;
        this.model = model;
        this.violations = violations;
    }

    void check(Map<Long, Replay> replays, ClaimTimeline timeline) {
        replays.forEach((context, replay) -> {
            for (Operation read : everything(context)) {
                var shown = new LinkedHashSet<Answered>();
                for (Replica replica : cluster.replicas()) {
                    Http http = Objects.requireNonNull(replica.http());
                    shown.add(Answered.of(Client.send(http, read)));
                }
                shown.add(model.answer(read, replay.rows(), replay.own(), List.of()));
                if (shown.size() > 1) {
                    violations.add(Promise.REPLICAS_AGREE, read + ": " + shown);
                }
            }
        });
        invariants(replays);
    }

    /// What was committed, loaded from the rows into a host that knows nothing.
    private void invariants(Map<Long, Replay> replays) {
        var store = new JdbcContextStore(cluster.dataSource());
        StoredContext any =
                store.load(new ContextId(replays.keySet().iterator().next())).orElseThrow();
        StoredHost stored =
                store.hosts().stream()
                        .filter(one -> one.name().equals(any.info().host()))
                        .findFirst()
                        .orElseThrow();
        var host = new RulesHost(TopologyDocument.parse(stored.document(), ""));
        try {
            for (StoredClaim claim : store.claims(stored.name())) {
                host.note(claim.context(), List.of(new Change.ResourceClaimed(claim.claim())));
            }
            for (long id : replays.keySet()) {
                StoredContext context = store.load(new ContextId(id)).orElseThrow();
                var state =
                        new ContextState(
                                context.id(),
                                context.revision(),
                                context.info(),
                                host.topology(),
                                host.seenBy(context.id()),
                                host.machine());
                state.apply(context.revision(), context.rows());
                new HardwareProgrammer().programAll(state);
                Invariants.check(state, host.claimsOf(context.id()));
            }
        } catch (AssertionError | IllegalStateException e) {
            violations.add(Promise.REPLICAS_AGREE, "the rows: " + e);
        }
    }

    private static List<Operation> everything(long context) {
        var reads = new ArrayList<Operation>();
        var workload = new Workload(context, "");
        for (String path :
                List.of(
                        "",
                        "/objects?limit=1000",
                        "/ioas/1/mappings?limit=1000",
                        "/ioas/1/iova-ranges",
                        "/hwpts?limit=1000",
                        "/hwpts/3/s2-copies",
                        "/devices?limit=1000",
                        "/devices/2/msi-target",
                        "/devices/2/msi-vectors",
                        "/memory/regions",
                        "/stage2-faults")) {
            reads.add(workload.read(path));
        }
        return reads;
    }
}
