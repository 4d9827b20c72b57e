package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import java.util.List;

/// What was unmapped.
///
/// @param length bytes; 0 is fine
/// @param smmuCommands what the SMMUs were told to forget
record VfioUnmapResponse(U64 length, List<IssuedCommand> smmuCommands) {

    static VfioUnmapResponse of(VfioUnmapDma.Unmapped unmapped) {
        return new VfioUnmapResponse(
                new U64(unmapped.bytes()), IssuedCommand.of(unmapped.smmuCommands()));
    }
}
