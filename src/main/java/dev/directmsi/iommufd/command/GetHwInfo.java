package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_GET_HW_INFO: the raw registers of the SMMU that translates a device, and what can be relied
 * on.
 *
 * @param type the information wanted (IOMMU_HW_INFO_FLAG_INPUT_TYPE), or null for the default
 */
public record GetHwInfo(ObjectId devId, @Nullable Integer type)
        implements Command<GetHwInfo.HwInfo> {

    public static final int DEFAULT = 0;
    public static final int ARM_SMMUV3 = 2;
    public static final int TEGRA241_CMDQV = 3;

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

    /**
     * The answer.
     *
     * @param type ARM_SMMUV3 even when the default was asked for
     * @param registers IDR0 to IDR5, raw; empty for the command queue extension
     * @param dataLength size of the kernel's structure in bytes
     * @param maxPasidLog2 PASID bits of device and SMMU together, 0 for none
     */
    public record HwInfo(
            int type,
            int dataLength,
            List<Integer> registers,
            int iidr,
            int aidr,
            int maxPasidLog2,
            SortedSet<Capability> capabilities) {}

    @Override
    public String ioctl() {
        return "IOMMU_GET_HW_INFO";
    }

    @Override
    public Decision<HwInfo> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        PciFunction function = context.function(device);
        Smmu smmu = context.smmuOf(device);
        boolean queues = type != null && type == TEGRA241_CMDQV && smmu.commandQueues() > 0;
        if (type != null && type != DEFAULT && type != ARM_SMMUV3 && !queues) {
            throw HW_INFO_TYPE_UNSUPPORTED.refusal("type", type);
        }
        var capabilities = new TreeSet<Capability>();
        if (smmu.httu() >= 2 && smmu.coherent()) {
            capabilities.add(Capability.DIRTY_TRACKING);
        }
        if (!(smmu.ats() && function.ats())) {
            capabilities.add(Capability.PCI_ATS_NOT_SUPPORTED);
        }
        int pasidBits = Math.min(function.pasidBits(), smmu.ssidBits());
        return Decision.of(
                queues
                        ? new HwInfo(TEGRA241_CMDQV, 8, List.of(), 0, 0, pasidBits, capabilities)
                        : new HwInfo(
                                ARM_SMMUV3,
                                40,
                                smmu.identification(),
                                0,
                                smmu.aidr(),
                                pasidBits,
                                capabilities));
    }
}
