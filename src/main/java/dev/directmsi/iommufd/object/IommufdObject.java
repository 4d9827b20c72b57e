package dev.directmsi.iommufd.object;

/** Anything with an object id. */
public sealed interface IommufdObject
        permits Ioas,
                HwptPaging,
                HwptNested,
                Device,
                FaultQueue,
                Viommu,
                Vdevice,
                Veventq,
                HwQueue,
                KernelAccess,
                MockDevice {

    ObjectId id();

    /** Revision of the context that created it: tells a reused id from the old object. */
    long createdRevision();
}
