package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiTarget;
import java.util.List;

/** Takes a device's MSI target away (a proposal). Staged addresses stay. */
public record ClearMsiTarget(ObjectId devId) implements Command<List<SmmuCommand>> {

    @Override
    public String ioctl() {
        return "SET_MSI_TARGET";
    }

    @Override
    public Decision<List<SmmuCommand>> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        MsiTarget target = device.target();
        if (target == null) {
            throw TARGET_NOT_FOUND.refusal("devId", devId);
        }
        int active = MsiTargets.activeVectors(context, device);
        if (active > 0) {
            throw TARGET_BUSY.refusal(
                    "devId", devId, "count", active, "doorbell", target.doorbell().value());
        }
        List<SmmuCommand> commands =
                Attachments.pagingOf(context, device)
                        .filter(HwptPaging::isDirect)
                        .map(parent -> SetMsiTarget.withdrawal(context, device, parent, target))
                        .orElse(List.of());
        return Decision.of(commands, new Change.ObjectReplaced(device, device.withTarget(null)));
    }
}
