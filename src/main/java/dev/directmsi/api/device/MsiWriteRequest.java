package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.MsiWrite;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiMessage;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// What a device writes as an interrupt message: either a vector, or any address with data.
///
/// @param vector writes what is programmed for it
/// @param address where
/// @param data what
@Schema(example = "{\"vector\":0}")
record MsiWriteRequest(@Nullable U32 vector, @Nullable U64 address, @Nullable U32 data) {

    MsiWrite toCommand(ObjectId device) {
        return new MsiWrite(device, vector == null ? null : vector.value(), message());
    }

    private @Nullable MsiMessage message() {
        if (address != null && data != null) {
            return new MsiMessage(address.value(), data.value());
        }
        if (address != null || data != null) {
            throw Reason.MALFORMED_REQUEST.refusal("problem", "address and data go together");
        }
        return null;
    }
}
