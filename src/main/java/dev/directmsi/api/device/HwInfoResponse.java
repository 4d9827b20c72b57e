package dev.directmsi.api.device;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.driver.HwInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the SMMU of a device is and can do.
///
/// @param type the type of `data`, also where the default was asked for
/// @param dataLength size of the kernel's structure, bytes
/// @param data registers of the SMMU; absent for other types
/// @param maxPasidLog2 PASID bits that device and SMMU both have, 0 for none
/// @param capabilities names of the bits of out_capabilities
record HwInfoResponse(
        NameOrNumber type,
        int dataLength,
        @Nullable SmmuRegisters data,
        int maxPasidLog2,
        List<HwInfo.Capability> capabilities) {

    /// `enum iommu_hw_info_type`.
    static final Map<String, Integer> TYPES =
            Map.of(
                    "DEFAULT", HwInfo.DEFAULT,
                    "INTEL_VTD", 1,
                    "ARM_SMMUV3", HwInfo.ARM_SMMUV3,
                    "TEGRA241_CMDQV", HwInfo.TEGRA241_CMDQV,
                    "AMD", 4);

    /// `struct iommu_hw_info_arm_smmuv3`: raw registers of 32 bits (IHI 0070, 6.3).
    ///
    /// @param idr SMMU_IDR0 to SMMU_IDR5
    /// @param iidr SMMU_IIDR
    /// @param aidr SMMU_AIDR
    record SmmuRegisters(List<U64> idr, U64 iidr, U64 aidr) {}

    static HwInfoResponse of(HwInfo found) {
        return new HwInfoResponse(
                NameOrNumber.of(TYPES, found.type()),
                found.dataLength(),
                found.registers().isEmpty()
                        ? null
                        : new SmmuRegisters(
                                found.registers().stream().map(HwInfoResponse::register).toList(),
                                register(found.iidr()),
                                register(found.aidr())),
                found.maxPasidLog2(),
                List.copyOf(found.capabilities()));
    }

    private static U64 register(int value) {
        return new U64(Integer.toUnsignedLong(value));
    }
}
