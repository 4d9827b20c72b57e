package dev.directmsi.iommufd.object;

/** Flags of IOMMU_HWPT_ALLOC. DIRECT_MSI is the proposal's and has a name but no number. */
public enum HwptFlag {
    NEST_PARENT(1),
    DIRTY_TRACKING(2),
    FAULT_ID_VALID(4),
    PASID(8),
    DIRECT_MSI(0);

    private final int bit;

    HwptFlag(int bit) {
        this.bit = bit;
    }

    /** The uAPI's bit, 0 for a flag that it does not have. */
    public int bit() {
        return bit;
    }
}
