package dev.directmsi.api.device;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.command.EnableIrqs;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;

/// Enables a range of vectors.
///
/// @param type `MSI` or `MSIX`, or the index of VFIO
/// @param start first vector
/// @param count how many
@Schema(example = "{\"type\":\"MSIX\",\"start\":0,\"count\":4}")
record EnableIrqsRequest(NameOrNumber type, U32 start, U32 count) {

    EnableIrqs toCommand(ObjectId device) {
        return new EnableIrqs(device, IrqIndex.typeOf(type), start.unsigned(), count.unsigned());
    }
}
