package dev.directmsi.api.ioas;

import dev.directmsi.iommufd.object.Mapping;
import java.util.List;

/// What was mapped.
///
/// @param mappings in the order of the request
record MapBatchResponse(List<MappingResponse> mappings) {

    static MapBatchResponse of(List<Mapping> mappings) {
        return new MapBatchResponse(mappings.stream().map(MappingResponse::of).toList());
    }
}
