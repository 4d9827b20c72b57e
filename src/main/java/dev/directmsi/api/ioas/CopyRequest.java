package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.MapFlags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/// Copies mappings: both sides show the same memory.
///
/// @param srcIoasId where the memory is mapped; may be the destination itself
/// @param srcIova first byte there, anywhere in a mapping
/// @param length bytes; may span mappings that touch
/// @param iova where to (IOMMU_IOAS_MAP_FIXED_IOVA); absent to have a place chosen
/// @param access what devices may do with the copy: `READ`, `WRITE`; at least one
record CopyRequest(
        ObjectId srcIoasId, U64 srcIova, U64 length, @Nullable U64 iova, @Nullable Flags access) {

    CopyPages toCommand(ObjectId destination) {
        return new CopyPages(
                destination,
                iova == null ? null : iova.toIova(),
                srcIoasId,
                srcIova.value(),
                length.value(),
                MapFlags.access(access),
                MapFlags.unknown(access));
    }
}
