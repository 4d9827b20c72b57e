package dev.directmsi.api.ioas;

import dev.directmsi.address.AddressRange;
import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Relations;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// Where an address space can be mapped, with all that is attached to it now.
///
/// @param ranges ascending
/// @param alignment every IOVA and length is a multiple of it
record IovaRangesResponse(List<Range> ranges, U64 alignment) {

    /// Shows them.
    ///
    /// @param room for how many ranges there is
    static IovaRangesResponse of(ObjectId ioas, Relations.Space space, long room) {
        List<AddressRange> all = space.reserved().complement();
        if (all.size() > room) {
            throw Reason.RANGES_TOO_MANY.refusal(
                    "ioasId",
                    ioas,
                    "numIovas",
                    all.size(),
                    "room",
                    (int) room,
                    "ranges",
                    all.subList(0, (int) room),
                    "alignment",
                    space.alignment());
        }
        return new IovaRangesResponse(
                all.stream().map(Range::of).toList(), new U64(space.alignment()));
    }
}
