package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.command.VfioSetIommu;

/// A kind of container.
///
/// @param type 1 (TYPE1) or 3 (TYPE1v2)
record SetIommuRequest(U32 type) {

    VfioSetIommu toCommand() {
        return new VfioSetIommu(type.unsigned());
    }
}
