package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.AccessFlag;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Copies mappings: both sides show the same memory.
///
/// @param srcIoasId where the memory is mapped; may be the destination itself
/// @param srcIova first byte there, anywhere in a mapping
/// @param length bytes; may span mappings that touch
/// @param iova where to (IOMMU_IOAS_MAP_FIXED_IOVA); absent to have a place chosen
/// @param access what devices may do with the copy; at least one
record CopyRequest(
        ObjectId srcIoasId,
        U64 srcIova,
        U64 length,
        @Nullable U64 iova,
        @Nullable Set<AccessFlag> access) {

    CopyPages toCommand(ObjectId destination) {
        return new CopyPages(
                destination,
                iova == null ? null : iova.toIova(),
                srcIoasId,
                srcIova.value(),
                length.value(),
                AccessFlag.together(access));
    }
}
