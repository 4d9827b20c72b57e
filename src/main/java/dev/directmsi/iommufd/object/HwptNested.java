package dev.directmsi.iommufd.object;

import org.jspecify.annotations.Nullable;

/**
 * A guest's stage 1 on top of a nest parent: no table of the host's, only the words of the guest's
 * stream table entry.
 *
 * @param viommu the vIOMMU it was made on
 * @param parent the nest parent below
 * @param ste0 first qword of the guest's STE
 * @param ste1 second qword
 * @param faultQueue the fault queue given with FAULT_ID_VALID
 */
public record HwptNested(
        ObjectId id,
        long createdRevision,
        ObjectId viommu,
        ObjectId parent,
        long ste0,
        long ste1,
        @Nullable ObjectId faultQueue)
        implements IommufdObject {

    /** STE.Config as the guest wrote it, or 0 (abort) when its V bit is clear (IHI 0070, 5.2). */
    public int config() {
        return (ste0 & 1) == 0 ? 0 : (int) (ste0 >>> 1 & 7);
    }

    /** Whether the guest translates: STE.Config is "stage 1". */
    public boolean translates() {
        return config() == 5;
    }
}
