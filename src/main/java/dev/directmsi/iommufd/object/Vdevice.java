package dev.directmsi.iommufd.object;

/**
 * The virtual identity of a device at a vIOMMU.
 *
 * @param virtId virtual StreamID; full 64 bits are accepted, commands and events carry 32
 */
public record Vdevice(
        ObjectId id, long createdRevision, ObjectId viommu, ObjectId device, long virtId)
        implements IommufdObject {}
