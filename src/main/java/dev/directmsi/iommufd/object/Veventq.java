package dev.directmsi.iommufd.object;

import org.jspecify.annotations.Nullable;

/**
 * A queue of hardware events for a guest.
 *
 * @param type IOMMU_VEVENTQ_TYPE; not checked against the driver, as in the kernel
 * @param depth normal events it holds, 1 to 2^19
 * @param handleOpen whether its file descriptor is open; it holds the object
 * @param nextSequence 0 to 2^31 − 1, counts every reported event, lost ones too
 * @param lostAt sequence number of the lost-events marker at the tail, or null
 */
public record Veventq(
        ObjectId id,
        long createdRevision,
        ObjectId viommu,
        int type,
        int depth,
        boolean handleOpen,
        int nextSequence,
        @Nullable Integer lostAt)
        implements IommufdObject {

    public static final int ARM_SMMUV3 = 1;
    public static final int TEGRA241_CMDQV = 2;

    /** The kernel's test driver; an event is {@code {u32 virt_id}}. */
    public static final int SELFTEST = 0xbeef_beef;

    public Veventq withHandleClosed() {
        return new Veventq(id, createdRevision, viommu, type, depth, false, nextSequence, lostAt);
    }

    /** The queue after one more event was reported; {@code lost} says whether there was room. */
    public Veventq afterEvent(boolean lost) {
        return new Veventq(
                id,
                createdRevision,
                viommu,
                type,
                depth,
                handleOpen,
                nextSequence + 1 & Integer.MAX_VALUE,
                lost ? nextSequence : null);
    }

    public Veventq withoutMarker() {
        return new Veventq(
                id, createdRevision, viommu, type, depth, handleOpen, nextSequence, null);
    }
}
