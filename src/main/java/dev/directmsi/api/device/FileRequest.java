package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.PutFile;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A memory file.
///
/// @param size bytes, 1 to 2^44; cannot change later
/// @param sealed against writing; false if absent
@Schema(example = "{\"size\":\"0x200000\"}")
record FileRequest(U64 size, @Nullable Boolean sealed) {

    PutFile toCommand(String name) {
        return new PutFile(name, size.value(), sealed != null && sealed);
    }
}
