package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.UnmapPages;
import java.util.List;

/// What was unmapped.
///
/// @param unmapped bytes
/// @param mappings how many
/// @param smmuCommands what the SMMUs were told to forget
record UnmapResponse(U64 unmapped, int mappings, List<IssuedCommand> smmuCommands) {

    static UnmapResponse of(UnmapPages.Unmapped unmapped) {
        return new UnmapResponse(
                new U64(unmapped.bytes()),
                unmapped.mappings(),
                IssuedCommand.of(unmapped.smmuCommands()));
    }
}
