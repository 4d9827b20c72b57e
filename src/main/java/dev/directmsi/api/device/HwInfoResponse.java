package dev.directmsi.api.device;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.driver.HwInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the IOMMU of a device is and can do.
///
/// @param type the type of `data`, also where the default was asked for
/// @param dataLength size of the kernel's structure, bytes
/// @param data the structure
/// @param maxPasidLog2 PASID bits that device and IOMMU both have, 0 for none
/// @param capabilities names of the bits of out_capabilities
record HwInfoResponse(
        NameOrNumber type,
        int dataLength,
        HwInfoData data,
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

    /// The kernel's structure, and what is in it.
    ///
    /// @param raw all of it in base64, as the kernel copies it out
    /// @param idr SMMU_IDR0 to SMMU_IDR5 (ARM_SMMUV3; IHI 0070, 6.3)
    /// @param iidr SMMU_IIDR (ARM_SMMUV3)
    /// @param aidr SMMU_AIDR (ARM_SMMUV3)
    /// @param version of the extension (TEGRA241_CMDQV)
    /// @param log2Vcmdqs log2 of the queues of an interface (TEGRA241_CMDQV)
    /// @param log2Vsids log2 of the StreamIDs of an interface (TEGRA241_CMDQV)
    @SuppressWarnings("ArrayRecordComponent") // shown, never compared
    record HwInfoData(
            byte[] raw,
            @Nullable List<U64> idr,
            @Nullable U64 iidr,
            @Nullable U64 aidr,
            @Nullable Integer version,
            @Nullable Integer log2Vcmdqs,
            @Nullable Integer log2Vsids) {

        static HwInfoData of(HwInfo found) {
            List<Integer> words = found.structure();
            byte[] raw = raw(words);
            return switch (found.type()) {
                case HwInfo.ARM_SMMUV3 ->
                        new HwInfoData(
                                raw,
                                words.subList(2, 8).stream().map(HwInfoData::register).toList(),
                                register(words.get(8)),
                                register(words.get(9)),
                                null,
                                null,
                                null);
                case HwInfo.TEGRA241_CMDQV ->
                        new HwInfoData(
                                raw, null, null, null, (int) raw[4], (int) raw[5], (int) raw[6]);
                default -> new HwInfoData(raw, null, null, null, null, null, null);
            };
        }

        private static byte[] raw(List<Integer> words) {
            ByteBuffer buffer =
                    ByteBuffer.allocate(words.size() * Integer.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            words.forEach(buffer::putInt);
            return buffer.array();
        }

        private static U64 register(int value) {
            return new U64(Integer.toUnsignedLong(value));
        }
    }

    static HwInfoResponse of(HwInfo found) {
        return new HwInfoResponse(
                NameOrNumber.of(TYPES, found.type()),
                found.structure().size() * Integer.BYTES,
                HwInfoData.of(found),
                found.maxPasidLog2(),
                List.copyOf(found.capabilities()));
    }
}
