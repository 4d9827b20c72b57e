package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.MapFlags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/// Maps memory.
///
/// @param userVa memory of the VMM; either this or `file`
/// @param file a memory file
/// @param length bytes
/// @param iova where (IOMMU_IOAS_MAP_FIXED_IOVA); absent to have a place chosen
/// @param access what devices may do: `READ`, `WRITE`; at least one
record MapRequest(
        @Nullable U64 userVa,
        @Nullable FilePart file,
        U64 length,
        @Nullable U64 iova,
        @Nullable Flags access) {

    MapPages toCommand(ObjectId ioas) {
        return new MapPages(
                ioas,
                backing(),
                length.value(),
                iova == null ? null : iova.toIova(),
                MapFlags.access(access),
                MapFlags.unknown(access));
    }

    private Backing backing() {
        if (userVa != null && file == null) {
            return new Backing.UserMemory(userVa.toUserVa());
        }
        if (file != null && userVa == null) {
            return new Backing.FileMemory(file.name(), file.start().value());
        }
        throw Reason.BACKING_AMBIGUOUS.refusal("given", userVa == null ? "neither" : "both");
    }
}
