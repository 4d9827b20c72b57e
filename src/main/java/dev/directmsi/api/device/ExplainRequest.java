package dev.directmsi.api.device;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.ExplainAccess;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// An access to follow.
///
/// @param access one of the two
/// @param address where
/// @param data a value that is written; without one a write is followed to its address only
/// @param pasid the address space; absent for the requester's own
@Schema(example = "{\"access\":\"WRITE\",\"address\":\"0xfffff040\",\"data\":0}")
record ExplainRequest(AccessFlag access, U64 address, @Nullable U32 data, @Nullable U32 pasid) {

    ExplainAccess toCommand(ObjectId device) {
        return new ExplainAccess(
                device,
                access.access(),
                address.value(),
                data == null ? null : data.value(),
                pasid == null ? null : pasid.value());
    }
}
