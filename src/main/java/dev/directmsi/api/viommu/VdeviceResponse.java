package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import java.util.List;

/// The virtual identity of a device at a vIOMMU.
///
/// @param virtId virtual StreamID
public record VdeviceResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        ObjectId viommuId,
        ObjectId devId,
        U64 virtId) {

    /// Shows one.
    public static VdeviceResponse of(Vdevice vdevice, ContextView context) {
        return new VdeviceResponse(
                vdevice.id(),
                Types.of(vdevice),
                vdevice.createdRevision(),
                List.copyOf(context.relations().usersOf(vdevice.id())),
                vdevice.viommu(),
                vdevice.device(),
                new U64(vdevice.virtId()));
    }
}
