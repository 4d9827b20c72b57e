package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// A queue in guest memory that hardware reads by itself.
///
/// @param hwQueueType what reads it
/// @param index number within the vIOMMU
/// @param nestingParentIova where it is in the IOAS of the vIOMMU's nest parent
/// @param length bytes
/// @param locked whole pages whose mappings cannot be unmapped
public record HwQueueResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        ObjectId viommuId,
        NameOrNumber hwQueueType,
        int index,
        U64 nestingParentIova,
        U64 length,
        Range locked) {

    /// Shows one.
    public static HwQueueResponse of(HwQueue queue, ContextView context) {
        return new HwQueueResponse(
                queue.id(),
                Types.of(queue),
                queue.createdRevision(),
                List.copyOf(context.relations().usersOf(queue.id())),
                queue.viommu(),
                NameOrNumber.of(HwQueueAllocRequest.TYPES, queue.type()),
                queue.index(),
                new U64(queue.base()),
                new U64(queue.length()),
                Range.of(queue.locked()));
    }
}
