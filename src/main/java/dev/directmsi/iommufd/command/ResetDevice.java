package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * VFIO_DEVICE_RESET: interrupts off, guest addresses erased; attachment, target and bus mastering
 * stay.
 */
public record ResetDevice(ObjectId devId) implements Command<Device> {

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_RESET";
    }

    @Override
    public Decision<Device> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        List<Change> changes = new ArrayList<>();
        Device quiet = Interrupts.disable(context, device, changes);
        return Decision.of(quiet, changes);
    }
}
