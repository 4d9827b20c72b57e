package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;

/**
 * What is claimed on the host, by this and all other contexts. A hint: another replica may have
 * claimed since. A commit that meets a taken claim is decided again on a fresh view, and "nothing
 * left" is answered only after a fresh read.
 */
public interface HostClaims {

    /** Whether another context holds the group. */
    boolean groupTakenElsewhere(int group);

    /** Whether another context has bound the function. */
    boolean deviceTakenElsewhere(String function);

    boolean vmidTaken(String smmu, int vmid);

    /** Whether another context has the VMID. */
    boolean vmidTakenElsewhere(String smmu, int vmid);

    boolean asidTaken(String smmu, int asid);

    /** The lowest start of {@code length} free bytes of RAM at or above {@code from}, aligned. */
    long firstFreeRam(long from, long length, long alignment);

    /** The claims that {@code first} overlaps, for messages. */
    boolean ramTaken(AddressRange range);
}
