package dev.directmsi.iommufd.object;

/**
 * A slice of one physical SMMU for a guest: (nest parent, SMMU).
 *
 * @param type IOMMU_VIOMMU_TYPE_ARM_SMMUV3 (1) or TEGRA241_CMDQV (2)
 * @param parent the nest parent
 * @param smmu the physical SMMU
 */
public record Viommu(ObjectId id, long createdRevision, int type, ObjectId parent, String smmu)
        implements IommufdObject {

    public static final int ARM_SMMUV3 = 1;
    public static final int TEGRA241_CMDQV = 2;

    /** The kernel's test driver. */
    public static final int SELFTEST = 0xdead_beef;
}
