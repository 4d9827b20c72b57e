package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * VFIO_DEVICE_SET_IRQS without data and with count 0: frees all vectors, whatever their number, and
 * erases every guest address. Target and MSI pages stay. Where there is nothing to free or erase it
 * is refused, as in Linux, except in direct mode, where disabling is idempotent by the proposal.
 */
public record DisableIrqs(ObjectId devId, IrqType type) implements Command<Integer> {

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_SET_IRQS";
    }

    /** Answers the number of vectors that were ACTIVE. */
    @Override
    public Decision<Integer> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Interrupts.checkType(type);
        PciFunction function = context.function(device);
        if (Interrupts.limit(function, type) == 0) {
            throw IRQ_RANGE_INVALID.refusal(
                    "type",
                    type.toString(),
                    "start",
                    "0",
                    "count",
                    "0",
                    "device",
                    function.name(),
                    "limit",
                    0);
        }
        if (device.irqType() != type && device.irqType() != IrqType.NONE) {
            throw IRQ_OTHER_TYPE.refusal(
                    "device", function.name(), "active", device.irqType().toString());
        }
        if (device.irqType() == IrqType.NONE
                && context.vectors(devId).isEmpty()
                && !isDirect(context, device)) {
            throw IRQ_NOT_ENABLED.refusal("device", function.name(), "type", type.toString());
        }
        List<Change> changes = new ArrayList<>();
        int active = MsiTargets.activeVectors(context, device);
        Interrupts.disable(context, device, changes);
        return Decision.of(active, changes);
    }

    private static boolean isDirect(ContextView context, Device device) {
        return Attachments.pagingOf(context, device).filter(HwptPaging::isDirect).isPresent();
    }
}
