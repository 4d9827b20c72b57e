package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.AllocHwQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Allocates a hardware queue.
///
/// @param type `TEGRA241_CMDQV`; the test driver's is `SELFTEST`
/// @param index number within the vIOMMU, ascending from 0
/// @param nestingParentIova where it is in the IOAS of the vIOMMU's nest parent
/// @param length bytes, a power of two
record HwQueueAllocRequest(
        ObjectId viommuId,
        NameOrNumber type,
        U32 index,
        U64 nestingParentIova,
        U64 length,
        @Nullable Flags flags) {

    /// IOMMU_HW_QUEUE_TYPE_*.
    static final Map<String, Integer> TYPES =
            Map.of(
                    "DEFAULT", 0,
                    "TEGRA241_CMDQV", HwQueue.TEGRA241_CMDQV,
                    "SELFTEST", HwQueue.SELFTEST);

    AllocHwQueue toCommand() {
        return new AllocHwQueue(
                viommuId,
                type.number("type", TYPES),
                index.unsigned(),
                nestingParentIova.value(),
                length.value(),
                flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", Map.of())));
    }
}
