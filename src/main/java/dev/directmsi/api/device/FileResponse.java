package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.MemoryFile;
import org.jspecify.annotations.Nullable;

/// A memory file, or a dma-buf of the test driver.
///
/// @param size bytes
/// @param sealed against writing
/// @param physical where it lies in the host's RAM, contiguous
/// @param revoked of a dma-buf, whether its exporter has taken it back; absent for a memory file
public record FileResponse(
        String name, U64 size, boolean sealed, U64 physical, @Nullable Boolean revoked) {

    /// Shows one.
    public static FileResponse of(MemoryFile file) {
        return new FileResponse(
                file.name(),
                new U64(file.size()),
                file.sealed(),
                U64.of(file.physical()),
                file.dmaBuf() == null ? null : file.dmaBuf().revoked());
    }
}
