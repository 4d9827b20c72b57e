package dev.directmsi.iommufd.object;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slice of one physical IOMMU for a guest: (nest parent, IOMMU).
 *
 * @param type IOMMU_VIOMMU_TYPE_ARM_SMMUV3 (1), TEGRA241_CMDQV (2), or the test driver's
 * @param parent the nest parent
 * @param smmu the physical IOMMU
 * @param window what the process can map of it; null for none
 * @param queueIndexes indexes of hardware queues that the driver takes to be in use
 */
public record Viommu(
        ObjectId id,
        long createdRevision,
        int type,
        ObjectId parent,
        String smmu,
        @Nullable MmapWindow window,
        List<Integer> queueIndexes)
        implements IommufdObject {

    public static final int ARM_SMMUV3 = 1;
    public static final int TEGRA241_CMDQV = 2;

    /** The kernel's test driver. */
    public static final int SELFTEST = 0xdead_beef;

    public Viommu {
        queueIndexes = List.copyOf(queueIndexes);
    }

    public Viommu withWindow(MmapWindow changed) {
        return new Viommu(id, createdRevision, type, parent, smmu, changed, queueIndexes);
    }

    public Viommu withQueue(int index) {
        var indexes = new ArrayList<>(queueIndexes);
        indexes.add(index);
        return new Viommu(id, createdRevision, type, parent, smmu, window, indexes);
    }

    public Viommu withoutQueue(int index) {
        var indexes = queueIndexes.stream().filter(used -> used != index).toList();
        return new Viommu(id, createdRevision, type, parent, smmu, window, indexes);
    }
}
