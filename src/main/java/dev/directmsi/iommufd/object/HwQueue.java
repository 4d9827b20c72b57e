package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;

/**
 * A command queue in guest memory that hardware reads by itself (Tegra241 CMDQV).
 *
 * @param type IOMMU_HW_QUEUE_TYPE
 * @param index number within the vIOMMU
 * @param base where it is in the parent's IOAS
 * @param length bytes
 * @param locked page-rounded range of the parent's IOAS; its areas cannot be unmapped
 */
public record HwQueue(
        ObjectId id,
        long createdRevision,
        ObjectId viommu,
        int type,
        int index,
        long base,
        long length,
        AddressRange locked)
        implements IommufdObject {

    public static final int TEGRA241_CMDQV = 1;

    /** The kernel's test driver. */
    public static final int SELFTEST = 0xdead_beef;
}
