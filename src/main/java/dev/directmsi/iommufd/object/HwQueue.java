package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;

/**
 * A command queue in guest memory that hardware reads by itself (Tegra241 CMDQV).
 *
 * @param index number within the vIOMMU
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
        implements IommufdObject {}
