package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import org.jspecify.annotations.Nullable;

/**
 * What a device presents to its SMMU (IHI 0070, 3.2).
 *
 * @param streamId who
 * @param ssid SubstreamID, the PASID of a PCI function, 0 to 2^20 − 1; null without one. MSI writes
 *     have none
 * @param access {@code READ} or {@code WRITE}
 * @param privileged PnU
 * @param instruction InD; only reads fetch instructions
 * @param address the input address
 */
public record Transaction(
        StreamId streamId,
        @Nullable Integer ssid,
        Access access,
        boolean privileged,
        boolean instruction,
        Iova address) {

    public Transaction {
        if (access.reads() == access.writes()) {
            throw new IllegalArgumentException("a transaction reads or writes, not " + access);
        }
        if (instruction && access.writes()) {
            throw new IllegalArgumentException("an instruction fetch reads");
        }
        if (ssid != null && (ssid < 0 || ssid >= 1 << 20)) {
            throw new IllegalArgumentException("a SubstreamID has 20 bits, not " + ssid);
        }
    }

    /** An unprivileged data read without PASID. */
    public static Transaction read(StreamId streamId, Iova address) {
        return new Transaction(streamId, null, Access.READ, false, false, address);
    }

    /** An unprivileged data write without PASID: what an MSI is. */
    public static Transaction write(StreamId streamId, Iova address) {
        return new Transaction(streamId, null, Access.WRITE, false, false, address);
    }

    public Transaction withSsid(int pasid) {
        return new Transaction(streamId, pasid, access, privileged, instruction, address);
    }
}
