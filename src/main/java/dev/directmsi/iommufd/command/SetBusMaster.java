package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * The bus master bit of the PCI command register: without it a function issues no memory
 * transaction.
 */
public record SetBusMaster(ObjectId devId, boolean enabled) implements Command<Device> {

    @Override
    public String ioctl() {
        return "VFIO_PCI_CONFIG_COMMAND";
    }

    @Override
    public Decision<Device> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Device after = device.withBusMaster(enabled);
        return after.equals(device)
                ? Decision.of(device)
                : Decision.of(after, new Change.ObjectReplaced(device, after));
    }
}
