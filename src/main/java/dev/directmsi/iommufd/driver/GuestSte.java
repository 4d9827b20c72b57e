package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.StreamTableEntry;

/**
 * A guest's stream table entry: it may set stage-1 fields only; with V clear anything goes (kernel:
 * {@code arm_smmu_validate_vste}; IHI 0070, 5.2).
 */
final class GuestSte {

    private static final int LENGTH = 16;

    private GuestSte() {}

    static GuestTable check(DriverData data) {
        if (data.type() != DriverData.ARM_SMMUV3 || data.length() != LENGTH) {
            throw HWPT_DATA_INVALID.refusal("dataType", data.type(), "length", data.length());
        }
        var ste = new GuestTable(data.word(0), data.word(1));
        if ((ste.word0() & 1) != 0) {
            checkValid(ste);
        }
        return ste;
    }

    private static void checkValid(GuestTable ste) {
        if ((ste.word0() & ~StreamTableEntry.GUEST_Q0) != 0) {
            throw STE_BITS_INVALID.refusal(
                    "word", 0, "value", ste.word0(), "allowed", StreamTableEntry.GUEST_Q0);
        }
        if ((ste.word1() & ~StreamTableEntry.GUEST_Q1) != 0) {
            throw STE_BITS_INVALID.refusal(
                    "word", 1, "value", ste.word1(), "allowed", StreamTableEntry.GUEST_Q1);
        }
        int config = (int) (ste.word0() >>> 1 & 7);
        if (config != 0 && config != 4 && config != 5) {
            throw STE_CONFIG_INVALID.refusal("config", config);
        }
        int eats = (int) (ste.word1() >>> 28 & 3);
        if (eats > 1) {
            throw STE_EATS_INVALID.refusal("eats", eats);
        }
    }
}
