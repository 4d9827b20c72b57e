package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Entries;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;

/// A guest's commands, passed down.
///
/// @param dataType `ARM_SMMUV3`; the test driver's is `SELFTEST`
/// @param entries commands of two words; the test driver's have two or three halves, given raw
record InvalidateRequest(NameOrNumber dataType, Entries entries) {

    /// IOMMU_VIOMMU_INVALIDATE_DATA_*, which share their numbers with IOMMU_HWPT_INVALIDATE_DATA_*.
    private static final Map<String, Integer> TYPES =
            Map.of(
                    "VTD_S1", 0,
                    "ARM_SMMUV3", UserArray.ARM_SMMUV3,
                    "SELFTEST", UserArray.SELFTEST);

    InvalidateHwpt toCommand(ObjectId id) {
        return new InvalidateHwpt(
                id,
                new UserArray(
                        dataType.number("dataType", TYPES),
                        entries.count(),
                        entries.entryLength(),
                        entries.bytes()));
    }
}
