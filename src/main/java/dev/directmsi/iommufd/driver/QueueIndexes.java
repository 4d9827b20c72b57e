package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.object.Viommu;

/** The indexes of a vIOMMU's hardware queues are given out in ascending order. */
final class QueueIndexes {

    private QueueIndexes() {}

    /**
     * Whether the next queue can have this index.
     *
     * @param count queues that a vIOMMU can have
     */
    static void check(Viommu viommu, long index, int count) {
        if (index >= count) {
            throw HW_QUEUE_INDEX_INVALID.refusal("index", Long.toString(index), "count", count);
        }
        if (viommu.queueIndexes().contains((int) index)) {
            throw HW_QUEUE_EXISTS.refusal("index", (int) index, "viommuId", viommu.id());
        }
        if (index > 0 && !viommu.queueIndexes().contains((int) index - 1)) {
            throw HW_QUEUE_OUT_OF_ORDER.refusal(
                    "index", (int) index, "viommuId", viommu.id(), "needed", (int) index - 1);
        }
    }
}
