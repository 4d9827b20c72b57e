package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.HwInfo;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_GET_HW_INFO: the raw registers of the IOMMU that translates a device, and what can be
 * relied on.
 *
 * @param type the information wanted (IOMMU_HW_INFO_FLAG_INPUT_TYPE), or null for the default
 * @param unknownFlags flags beside that one
 */
public record GetHwInfo(ObjectId devId, @Nullable Integer type, long unknownFlags)
        implements Command<HwInfo> {

    @Override
    public String ioctl() {
        return "IOMMU_GET_HW_INFO";
    }

    @Override
    public Decision<HwInfo> decide(ContextView context) {
        if (unknownFlags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", unknownFlags);
        }
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        return Decision.of(IommuDriver.of(context, device).hwInfo(context.function(device), type));
    }
}
