package dev.directmsi.iommufd.object;

import dev.directmsi.hardware.smmu.Vmid;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a DIRECT_MSI nest parent: a stage-2 table with a VMID of its own, for the devices
 * behind one SMMU whose MSIs end at one ITS. Lives exactly while it has members.
 *
 * @param smmu name of the SMMU
 * @param its name of the ITS, or null for devices without one
 * @param vmid unique on the SMMU across all contexts
 * @param joined whether devices without an ITS belong here too: a command-queue vIOMMU holds one
 *     VMID
 */
public record S2Copy(String smmu, @Nullable String its, Vmid vmid, boolean joined) {

    /** Which copy a device belongs to: known from the topology when it is bound. */
    public record Key(String smmu, @Nullable String its) {

        /** {@code smmu0.its1}, {@code smmu0.none}. */
        @Override
        public String toString() {
            return smmu + "." + (its == null ? "none" : its);
        }
    }

    /** Whether a function with this key belongs to the copy. */
    public boolean takes(Key key) {
        return key.equals(key()) || (joined && key.its() == null && key.smmu().equals(smmu));
    }

    public S2Copy withJoined() {
        return new S2Copy(smmu, its, vmid, true);
    }

    public Key key() {
        return new Key(smmu, its);
    }
}
