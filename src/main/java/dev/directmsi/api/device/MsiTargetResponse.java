package dev.directmsi.api.device;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.object.Device;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The MSI target of a device and what it leads to.
///
/// @param doorbell IPA of the register
/// @param frameBase the guest's ITS, where the target was given as one
/// @param ipaPage first address of the page that stage 2 maps
/// @param its the device's real ITS
/// @param itsPage first address of the physical page that it is mapped to
/// @param effective whether a stage-2 copy maps it now
/// @param smmuCommands what the SMMU was told to forget
public record MsiTargetResponse(
        U64 doorbell,
        @Nullable U64 frameBase,
        U64 ipaPage,
        String its,
        U64 itsPage,
        boolean effective,
        @Nullable List<IssuedCommand> smmuCommands) {

    /// How it stands; empty where there is none.
    static Optional<MsiTargetResponse> of(Device device, ContextView context) {
        return Optional.ofNullable(device.target())
                .map(target -> SetMsiTarget.describe(context, device, target, List.of()))
                .map(set -> of(set, null));
    }

    /// What has been done.
    static MsiTargetResponse done(SetMsiTarget.TargetSet set) {
        return of(set, IssuedCommand.of(set.smmuCommands()));
    }

    private static MsiTargetResponse of(
            SetMsiTarget.TargetSet set, @Nullable List<IssuedCommand> commands) {
        return new MsiTargetResponse(
                U64.of(set.target().doorbell()),
                set.target().frameBase() == null ? null : U64.of(set.target().frameBase()),
                new U64(set.ipaPage().first()),
                set.its().name(),
                new U64(set.itsPage().first()),
                set.effective(),
                commands);
    }
}
