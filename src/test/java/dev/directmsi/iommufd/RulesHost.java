package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Claim.AsidClaim;
import dev.directmsi.iommufd.Claim.DeviceClaim;
import dev.directmsi.iommufd.Claim.GroupClaim;
import dev.directmsi.iommufd.Claim.RamClaim;
import dev.directmsi.iommufd.Claim.VmidClaim;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A host for tests at rule height: topology, hardware and claims, no store.
public final class RulesHost {

    private final Topology topology;
    private final Machine machine = new Machine();
    private final Map<Claim, ContextId> claims = new LinkedHashMap<>();

    public RulesHost(Topology topology) {
        this.topology = topology;
    }

    public Topology topology() {
        return topology;
    }

    public Machine machine() {
        return machine;
    }

    /// What a context holds.
    public Collection<Claim> claimsOf(ContextId context) {
        return claims.entrySet().stream()
                .filter(entry -> entry.getValue().equals(context))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Takes and releases what a decision says.
    public void note(ContextId context, List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.ResourceClaimed(Claim claim)
                    && claims.putIfAbsent(claim, context) != null) {
                throw new AssertionError(claim + " is taken");
            }
            if (change instanceof Change.ResourceReleased(Claim claim)
                    && !claims.remove(claim, context)) {
                throw new AssertionError(claim + " is not held by context " + context);
            }
        }
    }

    /// The claims as a context sees them.
    public HostClaims seenBy(ContextId context) {
        return new HostClaims() {
            @Override
            public boolean groupTakenElsewhere(int group) {
                return elsewhere(new GroupClaim(group));
            }

            @Override
            public boolean deviceTakenElsewhere(String function) {
                return elsewhere(new DeviceClaim(function));
            }

            private boolean elsewhere(Claim claim) {
                ContextId holder = claims.get(claim);
                return holder != null && !holder.equals(context);
            }

            @Override
            public boolean vmidTaken(String smmu, int vmid) {
                return claims.containsKey(new VmidClaim(smmu, new Vmid(vmid)));
            }

            @Override
            public boolean vmidTakenElsewhere(String smmu, int vmid) {
                return elsewhere(new VmidClaim(smmu, new Vmid(vmid)));
            }

            @Override
            public boolean asidTaken(String smmu, int asid) {
                return claims.containsKey(new AsidClaim(smmu, asid));
            }

            @Override
            public long firstFreeRam(long from, long length, long alignment) {
                long start = (from + alignment - 1) & -alignment;
                for (boolean moved = true; moved; ) {
                    moved = false;
                    for (Claim claim : claims.keySet()) {
                        if (claim instanceof RamClaim(AddressRange taken)
                                && taken.overlaps(AddressRange.of(start, length))) {
                            start = (taken.last() + alignment) & -alignment;
                            moved = true;
                        }
                    }
                }
                return start;
            }

            @Override
            public boolean ramTaken(AddressRange range) {
                return claims.keySet().stream()
                        .anyMatch(claim ->
                                claim instanceof RamClaim(AddressRange taken)
                                        && taken.overlaps(range));
            }
        };
    }
}
