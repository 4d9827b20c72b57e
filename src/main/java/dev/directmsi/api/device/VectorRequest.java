package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.ProgramVectors;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// What a guest wrote for one vector.
///
/// @param guestVa the address, all 64 bits
/// @param guestData the guest's EventID; never reaches the device; 0 if absent
/// @param target the IPA in the same call; must agree with one that is set
/// @param enable program the device, else only keep the address; true if absent
/// @param masked keep the message, but do not let the device write it; false if absent
@Schema(
        example =
                "{\"guestVa\":\"0xfffff040\",\"guestData\":3,\"target\":{\"frameBase\":\"0x8080000\"}}")
record VectorRequest(
        U64 guestVa,
        @Nullable U32 guestData,
        @Nullable MsiTargetRequest target,
        @Nullable Boolean enable,
        @Nullable Boolean masked) {

    ProgramVectors.Request at(U32 index) {
        return new ProgramVectors.Request(
                index.value(),
                guestVa.value(),
                guestData == null ? 0 : guestData.value(),
                target == null ? null : target.toHint(),
                enable == null || enable,
                masked != null && masked);
    }
}
