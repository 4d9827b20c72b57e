package dev.directmsi.api.device;

import dev.directmsi.address.Ipa;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// Where the guest sees the doorbell of its device; exactly one of the two.
///
/// @param frameBase IPA of the guest's ITS, 64 KiB aligned; the doorbell is at +0x10040
/// @param doorbell IPA of the register that the device writes
@Schema(example = "{\"frameBase\":\"0x8080000\"}")
record MsiTargetRequest(@Nullable U64 frameBase, @Nullable U64 doorbell) {

    SetMsiTarget toCommand(ObjectId device) {
        return new SetMsiTarget(device, ipa(frameBase), ipa(doorbell));
    }

    ProgramVectors.TargetHint toHint() {
        return new ProgramVectors.TargetHint(ipa(frameBase), ipa(doorbell));
    }

    static @Nullable Ipa ipa(@Nullable U64 address) {
        return address == null ? null : address.toIpa();
    }
}
