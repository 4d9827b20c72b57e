package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;

/**
 * IOMMU_VIOMMU_ALLOC: a guest's slice of the SMMU that translates {@code devId}, on a nest parent.
 * A DIRECT_MSI parent serves any nesting SMMU; another belongs to one.
 *
 * @param type 1 ARM_SMMUV3, 2 TEGRA241_CMDQV
 */
public record AllocViommu(ObjectId devId, ObjectId hwptId, int type, long flags, DriverData data)
        implements Command<Viommu> {

    private static final int TEGRA_DATA_LENGTH = 16;

    @Override
    public String ioctl() {
        return "IOMMU_VIOMMU_ALLOC";
    }

    @Override
    public Decision<Viommu> decide(ContextView context) {
        if (flags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags);
        }
        if (type == 0) {
            throw unsupported("device " + devId, "DEFAULT is not a type");
        }
        Device device = context.require(devId, Device.class, DEVICE_MISSING);
        PciFunction function = context.function(device);
        Smmu smmu = context.smmuOf(device);
        if (!smmu.nesting()) {
            throw unsupported(function.name(), smmu.name() + " cannot nest");
        }
        if (!function.canwbs() && !smmu.s2fwb()) {
            throw VIOMMU_NOT_COHERENT.refusal("device", function.name(), "smmu", smmu.name());
        }
        if (type != Viommu.ARM_SMMUV3
                && !(type == Viommu.TEGRA241_CMDQV && smmu.commandQueues() > 0)) {
            throw unsupported(function.name(), smmu.name() + " does not have it");
        }
        HwptPaging parent = context.require(hwptId, HwptPaging.class, HWPT_MISSING);
        if (!parent.isNestParent()) {
            throw VIOMMU_PARENT_INVALID.refusal("hwptId", hwptId);
        }
        if (!parent.isDirect() && !parent.smmu().equals(smmu.name())) {
            throw VIOMMU_OTHER_SMMU.refusal(
                    "hwptId",
                    hwptId,
                    "parentSmmu",
                    parent.smmu(),
                    "devId",
                    devId,
                    "smmu",
                    smmu.name());
        }
        if (type == Viommu.TEGRA241_CMDQV) {
            checkCommandQueues(parent, smmu);
        }
        var viommu =
                new Viommu(
                        NewObjects.id(context), context.nextRevision(), type, hwptId, smmu.name());
        return Decision.of(viommu, new Change.ObjectCreated(viommu));
    }

    /** Its virtual interface holds one VMID, so there can be one copy on this SMMU. */
    private void checkCommandQueues(HwptPaging parent, Smmu smmu) {
        if (data.length() != TEGRA_DATA_LENGTH) {
            throw HWPT_DATA_INVALID.refusal("dataType", data.type(), "length", data.length());
        }
        long copies =
                parent.copies().stream().filter(copy -> copy.smmu().equals(smmu.name())).count();
        if (copies > 1) {
            throw ATTACH_CMDQV_ONE_COPY.refusal(
                    "viommuId",
                    "(new)",
                    "smmu",
                    smmu.name(),
                    "device",
                    copies + " existing copies");
        }
    }

    private RuntimeException unsupported(String device, String problem) {
        return VIOMMU_TYPE_UNSUPPORTED.refusal("type", type, "device", device, "problem", problem);
    }
}
