package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Range;
import dev.directmsi.iommufd.command.AllowIovas;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// The ranges for automatic placement.
///
/// @param ranges the whole list; empty lifts the restriction
record AllowIovasRequest(List<Range> ranges) {

    AllowIovas toCommand(ObjectId ioas) {
        return new AllowIovas(
                ioas,
                ranges.stream()
                        .map(range ->
                                new AllowIovas.Bounds(range.first().value(), range.last().value()))
                        .toList());
    }
}
