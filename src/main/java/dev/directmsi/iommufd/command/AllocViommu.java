package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.ViommuShape;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;

/**
 * IOMMU_VIOMMU_ALLOC: a guest's slice of the SMMU that translates {@code devId}, on a nest parent.
 * A DIRECT_MSI parent serves any nesting SMMU; another belongs to one.
 *
 * @param type 1 ARM_SMMUV3, 2 TEGRA241_CMDQV, and the test driver's
 * @param data driver-specific; SMMUv3 alone does not look at it
 */
public record AllocViommu(ObjectId devId, ObjectId hwptId, int type, long flags, DriverData data)
        implements Command<Viommu> {

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
        IommuDriver driver = IommuDriver.of(context, device);
        driver.checkViommuType(context.function(device), type);
        HwptPaging parent = context.require(hwptId, HwptPaging.class, HWPT_MISSING);
        if (!parent.isNestParent()) {
            throw VIOMMU_PARENT_INVALID.refusal("hwptId", hwptId);
        }
        ViommuShape shape = driver.viommu(device, parent, type, data);
        var viommu =
                new Viommu(
                        NewObjects.id(context),
                        context.nextRevision(),
                        type,
                        hwptId,
                        driver.iommu(),
                        MmapWindows.allocate(context, shape),
                        List.of());
        return Decision.of(viommu, new Change.ObjectCreated(viommu));
    }

    /** The request's data with what the driver wrote into it. */
    public byte[] answer(ContextView context, Viommu made) {
        return IommuDriver.of(context, made.smmu()).answer(made, data);
    }

    private RuntimeException unsupported(String device, String problem) {
        return VIOMMU_TYPE_UNSUPPORTED.refusal("type", type, "device", device, "problem", problem);
    }
}
