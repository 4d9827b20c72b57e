package dev.directmsi.api.device;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What went with a device.
///
/// @param device name of the function, free again
/// @param tombstone id of its virtual device, which is never handed out again
/// @param smmuCommands what the SMMU was told to forget
record UnbindResponse(
        String device, @Nullable ObjectId tombstone, List<IssuedCommand> smmuCommands) {

    static UnbindResponse of(UnbindDevice.Unbound unbound) {
        return new UnbindResponse(
                unbound.function(), unbound.tombstone(), IssuedCommand.of(unbound.smmuCommands()));
    }
}
