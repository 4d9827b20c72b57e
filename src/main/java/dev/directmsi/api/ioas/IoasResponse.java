package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// An I/O address space.
///
/// @param type `IOAS`
/// @param usedBy the page tables that show it
/// @param mappings how many there are
/// @param alignment every IOVA and length is a multiple of it
/// @param hugePages whether large pages are allowed
/// @param allowed ranges for automatic placement; empty for no restriction
public record IoasResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        int mappings,
        U64 alignment,
        boolean hugePages,
        List<Range> allowed) {

    /// Shows one that the context has, or that it is about to have.
    public static IoasResponse of(Ioas ioas, ContextView context) {
        boolean exists = context.find(ioas.id(), Ioas.class).isPresent();
        return new IoasResponse(
                ioas.id(),
                Types.of(ioas),
                ioas.createdRevision(),
                List.copyOf(context.relations().usersOf(ioas.id())),
                exists ? context.mappings(ioas.id()).size() : 0,
                new U64(exists ? context.relations().space(ioas.id()).alignment() : 1),
                ioas.hugePages(),
                ioas.allowed().stream().map(Range::of).toList());
    }
}
