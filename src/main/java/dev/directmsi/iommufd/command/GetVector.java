package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Optional;

/** Looks at one vector of a device (a proposal); empty for an EMPTY one. */
public record GetVector(ObjectId devId, int index) implements Command<Optional<MsiVector>> {

    @Override
    public String ioctl() {
        return "GET_MSI_VECTOR";
    }

    @Override
    public Decision<Optional<MsiVector>> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        PciFunction function = context.function(device);
        if (index < 0 || index >= function.vectors()) {
            throw VECTOR_INDEX_INVALID.refusal(
                    "index", index, "device", function.name(), "count", function.vectors());
        }
        return Decision.of(Optional.ofNullable(context.vectors(devId).get(index)));
    }
}
