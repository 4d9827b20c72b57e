package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import java.util.List;

/// A queue of hardware events for a guest.
///
/// @param veventqType what it takes
/// @param depth events it holds
/// @param handleOpen whether its file descriptor is open
/// @param waiting events that wait to be read
/// @param nextSequence number of the next event
public record VeventqResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        ObjectId viommuId,
        NameOrNumber veventqType,
        int depth,
        boolean handleOpen,
        int waiting,
        int nextSequence) {

    /// Shows one.
    public static VeventqResponse of(Veventq queue, ContextView context) {
        return new VeventqResponse(
                queue.id(),
                Types.of(queue),
                queue.createdRevision(),
                List.copyOf(context.relations().usersOf(queue.id())),
                queue.viommu(),
                NameOrNumber.of(VeventqAllocRequest.TYPES, queue.type()),
                queue.depth(),
                queue.handleOpen(),
                context.events(queue.id()).size(),
                queue.nextSequence());
    }
}
