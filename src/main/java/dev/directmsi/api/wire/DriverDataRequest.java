package dev.directmsi.api.wire;

import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.driver.DriverData;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Driver-specific data of a request: one of the two.
///
/// @param ste the first two words of a guest's stream table entry (ARM_SMMUV3)
/// @param raw the structure in base64, whatever it is
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record DriverDataRequest(@Nullable List<U64> ste, byte @Nullable [] raw) {

    /// IOMMU_HWPT_DATA_*.
    private static final Map<String, Integer> TYPES =
            Map.of(
                    "NONE", 0,
                    "VTD_S1", 1,
                    "ARM_SMMUV3", DriverData.ARM_SMMUV3,
                    "AMD_GUEST", 3,
                    "SELFTEST", DriverData.SELFTEST);

    private static final int STE_WORDS = 2;

    /// What a rule gets of a type and data, either of which may be missing.
    public static DriverData toDriverData(
            @Nullable NameOrNumber type, @Nullable DriverDataRequest data) {
        int number = type == null ? 0 : type.number("dataType", TYPES);
        return new DriverData(number, data == null ? new byte[0] : data.bytes());
    }

    private byte[] bytes() {
        if (raw != null && ste == null) {
            return raw;
        }
        if (ste != null && raw == null && ste.size() == STE_WORDS) {
            return DriverData.ofSte(ste.get(0).value(), ste.get(1).value()).bytes();
        }
        throw Reason.MALFORMED_REQUEST.refusal("problem", "data is either ste, two words, or raw");
    }
}
