package dev.directmsi.api.device;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A memory region.
///
/// @param userVa first user address
/// @param last last user address
/// @param length bytes
/// @param access what the process may do with it
/// @param physical where it lies in the host's RAM, contiguous
/// @param file the memory file that it shows; absent for anonymous memory
public record RegionResponse(
        U64 userVa,
        U64 last,
        U64 length,
        List<AccessFlag> access,
        U64 physical,
        @Nullable String file) {

    /// Shows one.
    public static RegionResponse of(MemoryRegion region) {
        return new RegionResponse(
                new U64(region.range().first()),
                new U64(region.range().last()),
                new U64(region.range().length()),
                AccessFlag.of(region.access()),
                U64.of(region.physical()),
                region.file());
    }
}
