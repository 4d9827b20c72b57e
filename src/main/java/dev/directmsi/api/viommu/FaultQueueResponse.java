package dev.directmsi.api.viommu;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// A queue of page requests.
///
/// @param usedBy page tables
/// @param handleOpen whether its file descriptor is open
public record FaultQueueResponse(
        ObjectId id, String type, long createdRevision, List<ObjectId> usedBy, boolean handleOpen) {

    /// Shows one.
    public static FaultQueueResponse of(FaultQueue queue, ContextView context) {
        return new FaultQueueResponse(
                queue.id(),
                Types.of(queue),
                queue.createdRevision(),
                List.copyOf(context.relations().usersOf(queue.id())),
                queue.handleOpen());
    }
}
