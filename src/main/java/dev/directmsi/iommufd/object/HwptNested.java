package dev.directmsi.iommufd.object;

import org.jspecify.annotations.Nullable;

/**
 * A guest's stage 1 on top of a nest parent: no table of the host's, only what the guest gave.
 *
 * @param viommu the vIOMMU it was made on; null only with the mock driver, directly on its parent
 * @param parent the nest parent below
 * @param word0 first qword of the guest's STE; of the mock, two of its four words
 * @param word1 second qword
 * @param pasidCompatible allocated with the flag PASID
 * @param faultQueue the fault queue given with FAULT_ID_VALID
 */
public record HwptNested(
        ObjectId id,
        long createdRevision,
        @Nullable ObjectId viommu,
        ObjectId parent,
        long word0,
        long word1,
        boolean pasidCompatible,
        @Nullable ObjectId faultQueue)
        implements IommufdObject {

    /** STE.Config as the guest wrote it, or 0 (abort) when its V bit is clear (IHI 0070, 5.2). */
    public int config() {
        return (word0 & 1) == 0 ? 0 : (int) (word0 >>> 1 & 7);
    }

    /** Whether the guest translates: STE.Config is "stage 1". */
    public boolean translates() {
        return config() == 5;
    }

    /** Whether the guest turned ATS on: it translates, and STE.EATS is 1. */
    public boolean enablesAts() {
        return translates() && (word1 >>> 28 & 3) == 1;
    }

    /** With other words: the mock driver's cache was invalidated. */
    public HwptNested withWords(long newWord0, long newWord1) {
        return new HwptNested(
                id,
                createdRevision,
                viommu,
                parent,
                newWord0,
                newWord1,
                pasidCompatible,
                faultQueue);
    }

    /** One of the mock's four 32-bit words. */
    public int mockWord(int index) {
        return (int) ((index < 2 ? word0 : word1) >>> ((index % 2) * Integer.SIZE));
    }
}
