package dev.directmsi.iommufd.driver;

import java.util.List;
import java.util.SortedSet;

/**
 * The answer of IOMMU_GET_HW_INFO.
 *
 * @param type of the structure, also where the default was asked for
 * @param structure what the kernel would copy out, as 32-bit words, little endian
 * @param maxPasidLog2 PASID bits of device and IOMMU together, 0 for none
 */
public record HwInfo(
        int type, List<Integer> structure, int maxPasidLog2, SortedSet<Capability> capabilities) {

    public HwInfo {
        structure = List.copyOf(structure);
    }

    /** Let the driver choose. */
    public static final int DEFAULT = 0;

    public static final int ARM_SMMUV3 = 2;
    public static final int TEGRA241_CMDQV = 3;

    /** The kernel's test driver. */
    public static final int SELFTEST = 0xfeed_beef;

    /** Bits of out_capabilities. */
    public enum Capability {
        DIRTY_TRACKING(1),
        PCI_PASID_EXEC(2),
        PCI_PASID_PRIV(4),
        PCI_ATS_NOT_SUPPORTED(8);

        private final int bit;

        Capability(int bit) {
            this.bit = bit;
        }

        public int bit() {
            return bit;
        }
    }
}
