package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Optional;

/**
 * Something of an IOAS that is in the way of a range that wants to be reserved.
 *
 * @param range what lies there
 * @param what in words
 */
record IoasConflict(ObjectId ioasId, AddressRange range, String what) {

    /** The mapping or allowed range that {@code range} touches. */
    static Optional<IoasConflict> in(ContextView context, ObjectId ioasId, AddressRange range) {
        Optional<Mapping> area = context.mappings(ioasId).firstIn(range);
        if (area.isPresent()) {
            return Optional.of(new IoasConflict(ioasId, area.get().range(), "a mapping"));
        }
        return context.find(ioasId, Ioas.class).orElseThrow().allowed().stream()
                .filter(range::overlaps)
                .findFirst()
                .map(allowed -> new IoasConflict(ioasId, allowed, "an allowed range"));
    }

    RuntimeException region(AddressRange wanted, String owner) {
        return REGION_CONFLICT.refusal(
                "first",
                wanted.first(),
                "last",
                wanted.last(),
                "owner",
                owner,
                "conflictFirst",
                range.first(),
                "conflictLast",
                range.last(),
                "conflict",
                what,
                "ioasId",
                ioasId);
    }

    RuntimeException target(AddressRange wanted) {
        return TARGET_PAGE_MAPPED.refusal(
                "first",
                wanted.first(),
                "last",
                wanted.last(),
                "conflictFirst",
                range.first(),
                "conflictLast",
                range.last(),
                "conflict",
                what,
                "ioasId",
                ioasId);
    }
}
