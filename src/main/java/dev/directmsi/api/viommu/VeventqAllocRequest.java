package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Allocates an event queue.
///
/// @param type `ARM_SMMUV3`; a type that the vIOMMU never reports is accepted and stays empty
/// @param depth events it holds, 1 to 2^19
record VeventqAllocRequest(ObjectId viommuId, NameOrNumber type, U32 depth, @Nullable Flags flags) {

    /// IOMMU_VEVENTQ_TYPE_*.
    static final Map<String, Integer> TYPES =
            Map.of(
                    "DEFAULT", 0,
                    "ARM_SMMUV3", Veventq.ARM_SMMUV3,
                    "TEGRA241_CMDQV", Veventq.TEGRA241_CMDQV,
                    "SELFTEST", Veventq.SELFTEST);

    AllocVeventq toCommand() {
        return new AllocVeventq(
                viommuId,
                type.number("type", TYPES),
                depth.unsigned(),
                flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", Map.of())));
    }
}
