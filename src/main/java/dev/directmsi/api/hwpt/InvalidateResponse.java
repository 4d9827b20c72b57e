package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import java.util.List;

/// What was passed down.
///
/// @param handled how many commands
/// @param smmuCommands what the SMMU was told: the guest's commands with the host's VMIDs and
///   StreamIDs
record InvalidateResponse(int handled, List<IssuedCommand> smmuCommands) {

    static InvalidateResponse of(InvalidateHwpt.Invalidated done) {
        return new InvalidateResponse(done.handled(), IssuedCommand.of(done.smmuCommands()));
    }
}
