package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.object.ObjectId;

/// Gives a device its virtual StreamID.
///
/// @param virtId virtual StreamID, unique in the vIOMMU
record VdeviceAllocRequest(ObjectId viommuId, ObjectId devId, U64 virtId) {

    AllocVdevice toCommand() {
        return new AllocVdevice(viommuId, devId, virtId.value());
    }
}
