package dev.directmsi.control;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.HostClaims;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A host in memory: its topology, its hardware, and what is claimed on it as far as is known here.
 * The claims are a hint, refreshed when a commit meets a taken one.
 */
public final class LiveHost {

    private final StoredHost stored;
    private final Topology topology;
    private final Machine machine = new Machine();
    private final ReentrantLock programming = new ReentrantLock();
    private final Supplier<Collection<StoredClaim>> reader;
    private volatile Map<Claim, ContextId> claims = new ConcurrentHashMap<>();

    LiveHost(StoredHost stored, Topology topology, Supplier<Collection<StoredClaim>> reader) {
        this.stored = stored;
        this.topology = topology;
        this.reader = reader;
        refreshClaims();
    }

    public String name() {
        return stored.name();
    }

    public String document() {
        return stored.document();
    }

    public String hash() {
        return stored.hash();
    }

    public Topology topology() {
        return topology;
    }

    public Machine machine() {
        return machine;
    }

    /**
     * Whoever notes claims and programs the hardware after it holds this lock over both, taken
     * before the context's memory lock. So whatever the order of two commits' epilogues, the one
     * that gave something up sees that the other has it, and does not clear what that programmed.
     */
    Lock programming() {
        return programming;
    }

    /** Reads all claims again. */
    void refreshClaims() {
        programming.lock();
        try {
            var fresh = new ConcurrentHashMap<Claim, ContextId>();
            reader.get().forEach(claim -> fresh.put(claim.claim(), claim.context()));
            claims = fresh;
        } finally {
            programming.unlock();
        }
    }

    /**
     * Reads all claims again, and uses them before anything is noted. A commit is noted some time
     * after it was made; in between its claim may have been read, given up by another process, and
     * read again, and the late note would bring it back.
     */
    <T> T onFreshClaims(Supplier<T> use) {
        programming.lock();
        try {
            refreshClaims();
            return use.get();
        } finally {
            programming.unlock();
        }
    }

    void claimed(Claim claim, ContextId context) {
        claims.put(claim, context);
    }

    void released(Claim claim, ContextId context) {
        claims.remove(claim, context);
    }

    /** Forgets what a context had claimed, after it was closed. */
    void releasedAll(ContextId context) {
        claims.values().removeIf(context::equals);
    }

    /**
     * The claims as one context sees them.
     *
     * @param asked is told whenever one is looked at: what is decided then rests on a hint
     */
    HostClaims seenBy(ContextId context, Runnable asked) {
        return new HostClaims() {
            private Map<Claim, ContextId> known() {
                asked.run();
                return claims;
            }

            @Override
            public boolean groupTakenElsewhere(int group) {
                return elsewhere(new Claim.GroupClaim(group));
            }

            private boolean elsewhere(Claim claim) {
                ContextId holder = known().get(claim);
                return holder != null && !holder.equals(context);
            }

            @Override
            public boolean deviceTakenElsewhere(String function) {
                return elsewhere(new Claim.DeviceClaim(function));
            }

            @Override
            public boolean vmidTaken(String smmu, int vmid) {
                return known().containsKey(new Claim.VmidClaim(smmu, new Vmid(vmid)));
            }

            @Override
            public boolean vmidTakenElsewhere(String smmu, int vmid) {
                return elsewhere(new Claim.VmidClaim(smmu, new Vmid(vmid)));
            }

            @Override
            public boolean asidTaken(String smmu, int asid) {
                return known().containsKey(new Claim.AsidClaim(smmu, asid));
            }

            @Override
            public long firstFreeRam(long from, long length, long alignment) {
                long start = from + alignment - 1 & -alignment;
                var taken =
                        known().keySet().stream()
                                .filter(Claim.RamClaim.class::isInstance)
                                .map(claim -> ((Claim.RamClaim) claim).range())
                                .sorted()
                                .toList();
                for (AddressRange range : taken) {
                    if (range.overlaps(AddressRange.of(start, length))) {
                        start = range.last() + alignment & -alignment;
                    }
                }
                return start;
            }

            @Override
            public boolean ramTaken(AddressRange range) {
                return known().keySet().stream()
                        .anyMatch(claim ->
                                claim instanceof Claim.RamClaim(AddressRange other)
                                        && other.overlaps(range));
            }
        };
    }
}
