package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.DriverDataRequest;
import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Allocates a vIOMMU.
///
/// @param devId a device behind the SMMU that is meant
/// @param hwptId the nest parent
/// @param type `ARM_SMMUV3` or `TEGRA241_CMDQV`; the test driver's is `SELFTEST`
/// @param data of `TEGRA241_CMDQV`: 16 bytes of room for where its pages can be mapped
record ViommuAllocRequest(
        ObjectId devId,
        ObjectId hwptId,
        NameOrNumber type,
        @Nullable Flags flags,
        @Nullable DriverDataRequest data) {

    /// IOMMU_VIOMMU_TYPE_*.
    static final Map<String, Integer> TYPES =
            Map.of(
                    "DEFAULT", 0,
                    "ARM_SMMUV3", Viommu.ARM_SMMUV3,
                    "TEGRA241_CMDQV", Viommu.TEGRA241_CMDQV,
                    "SELFTEST", Viommu.SELFTEST);

    AllocViommu toCommand() {
        return new AllocViommu(
                devId,
                hwptId,
                type.number("type", TYPES),
                flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", Map.of())),
                DriverDataRequest.toDriverData(null, data));
    }
}
