package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * IOMMU_IOAS_ALLOW_IOVAS: replaces the list of ranges for automatic placement, and guarantees that
 * no later attachment takes them away. Fixed mappings are not restricted to it.
 *
 * @param ranges start and last as given; a start at or above its last is refused
 */
public record AllowIovas(ObjectId ioasId, List<Bounds> ranges) implements Command<Ioas> {

    /** A range before it was checked. */
    public record Bounds(long first, long last) {}

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_ALLOW_IOVAS";
    }

    @Override
    public Decision<Ioas> decide(ContextView context) {
        Ioas ioas = context.require(ioasId, Ioas.class, IOAS_NOT_FOUND);
        if (ranges.size() > Limits.ALLOWED_RANGES) {
            throw VALUE_TOO_LARGE.refusal(
                    "what",
                    "the list of ranges",
                    "value",
                    ranges.size(),
                    "limit",
                    Limits.ALLOWED_RANGES);
        }
        var allowed = new ArrayList<AddressRange>();
        var seen = new TreeMap<Long, AddressRange>(Long::compareUnsigned);
        for (Bounds bounds : ranges) {
            if (Long.compareUnsigned(bounds.first, bounds.last) >= 0) {
                throw ALLOWED_RANGE_EMPTY.refusal("first", bounds.first, "last", bounds.last);
            }
            var range = new AddressRange(bounds.first, bounds.last);
            var neighbour = seen.floorEntry(range.last());
            if (neighbour != null && neighbour.getValue().overlaps(range)) {
                throw ALLOWED_RANGES_OVERLAP.refusal(
                        "first",
                        range.first(),
                        "last",
                        range.last(),
                        "conflictFirst",
                        neighbour.getValue().first(),
                        "conflictLast",
                        neighbour.getValue().last());
            }
            seen.put(range.first(), range);
            allowed.add(range);
        }
        for (AddressRange range : allowed) {
            context.relations()
                    .space(ioasId)
                    .touching(range)
                    .ifPresent(reserved -> {
                        throw reserved(range, reserved);
                    });
        }
        Ioas after = ioas.withAllowed(allowed);
        return after.equals(ioas)
                ? Decision.of(ioas)
                : Decision.of(after, new Change.ObjectReplaced(ioas, after));
    }

    private static RuntimeException reserved(AddressRange range, Reservation reserved) {
        return ALLOWED_RANGE_RESERVED.refusal(
                "first",
                range.first(),
                "last",
                range.last(),
                "conflictFirst",
                reserved.range().first(),
                "conflictLast",
                reserved.range().last(),
                "owner",
                reserved.owner());
    }
}
