package dev.directmsi.api.device;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a device left.
///
/// @param hwptId the page table it was on; absent where it was on none
/// @param disabledVectors how many quiescing turned off
/// @param smmuCommands what the SMMU was told to forget
record DetachResponse(
        @Nullable ObjectId hwptId, int disabledVectors, List<IssuedCommand> smmuCommands) {

    static DetachResponse of(DetachDevice.Detached detached) {
        return new DetachResponse(
                detached.hwptId(),
                detached.disabledVectors(),
                IssuedCommand.of(detached.smmuCommands()));
    }
}
