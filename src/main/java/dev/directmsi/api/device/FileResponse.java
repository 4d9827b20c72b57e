package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.MemoryFile;

/// A memory file.
///
/// @param size bytes
/// @param sealed against writing
/// @param physical where it lies in the host's RAM, contiguous
public record FileResponse(String name, U64 size, boolean sealed, U64 physical) {

    /// Shows one.
    public static FileResponse of(MemoryFile file) {
        return new FileResponse(
                file.name(), new U64(file.size()), file.sealed(), U64.of(file.physical()));
    }
}
