package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.CopyPages;
import java.util.List;

/// What a copy made.
///
/// @param iova first IOVA
/// @param length bytes
/// @param mappings one for each mapping of the source, back to back
record CopyResponse(U64 iova, U64 length, List<MappingResponse> mappings) {

    static CopyResponse of(CopyPages.Copied copied) {
        return new CopyResponse(
                new U64(copied.range().first()),
                new U64(copied.range().length()),
                copied.mappings().stream().map(MappingResponse::of).toList());
    }
}
