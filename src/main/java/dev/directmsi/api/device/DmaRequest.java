package dev.directmsi.api.device;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// What a device reads or writes.
///
/// @param access one of the two
/// @param iova where
/// @param length bytes, at most 1 MiB
/// @param pasid the address space; absent for the requester's own
/// @param data what to write, `length` bytes in base64; absent for a read
@Schema(
        example =
                "{\"access\":\"WRITE\",\"iova\":\"0x40000000\",\"length\":\"0x4\",\"data\":\"3q2+7w==\"}")
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record DmaRequest(
        AccessFlag access, U64 iova, U64 length, @Nullable U32 pasid, byte @Nullable [] data) {

    Dma toCommand(ObjectId device) {
        return new Dma(
                device,
                access.access(),
                iova.value(),
                length.value(),
                pasid == null ? null : pasid.value(),
                data);
    }
}
