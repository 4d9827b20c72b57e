package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Entries;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;

/// A guest's commands, passed down.
///
/// @param dataType `ARM_SMMUV3`
/// @param entries commands of two words
record InvalidateRequest(NameOrNumber dataType, Entries entries) {

    /// IOMMU_VIOMMU_INVALIDATE_DATA_*, which share their numbers with IOMMU_HWPT_INVALIDATE_DATA_*.
    private static final Map<String, Integer> TYPES =
            Map.of("VTD_S1", 0, "ARM_SMMUV3", InvalidateHwpt.ARM_SMMUV3);

    InvalidateHwpt toCommand(ObjectId id) {
        return new InvalidateHwpt(
                id,
                dataType.number("dataType", TYPES),
                entries.count(),
                entries.entryLength(),
                entries.bytes());
    }
}
