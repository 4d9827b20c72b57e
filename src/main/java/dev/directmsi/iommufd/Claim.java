package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.smmu.Vmid;

/**
 * Something of a host that one context at a time can have. The store's primary key decides who has
 * it, never a cached view.
 */
public sealed interface Claim {

    /** An IOMMU group: taken by the first bind of a member, released by the last unbind. */
    record GroupClaim(int group) implements Claim {}

    /**
     * A function: taken by its bind, so that the same device bound twice is told from a sibling.
     */
    record DeviceClaim(String function) implements Claim {}

    /** A VMID on one SMMU. */
    record VmidClaim(String smmu, Vmid vmid) implements Claim {}

    /** An ASID of a host-owned stage-1 table on one SMMU. */
    record AsidClaim(String smmu, int asid) implements Claim {}

    /** A stretch of the model's RAM; no two overlap on a host. */
    record RamClaim(AddressRange range) implements Claim {}
}
