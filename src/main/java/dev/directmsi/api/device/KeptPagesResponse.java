package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.object.KeptPages;
import org.jspecify.annotations.Nullable;

/// Pinned pages whose user address was unmapped; they go with their last pin.
///
/// @param userVa where they were
/// @param length bytes, whole pages
/// @param physical where they are in the host's RAM, contiguous
/// @param file the memory file that they are part of; absent when nobody else has them
public record KeptPagesResponse(U64 userVa, U64 length, U64 physical, @Nullable String file) {

    /// Shows some.
    public static KeptPagesResponse of(KeptPages pages) {
        return new KeptPagesResponse(
                new U64(pages.userVa().first()),
                new U64(pages.userVa().length()),
                U64.of(pages.physical()),
                pages.file());
    }
}
