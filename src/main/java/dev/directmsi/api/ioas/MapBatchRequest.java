package dev.directmsi.api.ioas;

import dev.directmsi.iommufd.command.MapBatch;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// Maps many, in one commit: all or nothing.
///
/// @param mappings in the order in which they are decided; at most 10,000
record MapBatchRequest(List<MapRequest> mappings) {

    MapBatch toCommand(ObjectId ioas) {
        return new MapBatch(mappings.stream().map(request -> request.toCommand(ioas)).toList());
    }
}
