package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.Relations;
import java.util.List;

/// Where an address space can be mapped, with all that is attached to it now.
///
/// @param ranges ascending
/// @param alignment every IOVA and length is a multiple of it
record IovaRangesResponse(List<Range> ranges, U64 alignment) {

    static IovaRangesResponse of(Relations.Space space) {
        return new IovaRangesResponse(
                space.reserved().complement().stream().map(Range::of).toList(),
                new U64(space.alignment()));
    }
}
