package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.DEVICE_NOT_FOUND;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** VFIO_DEVICE_DETACH_IOMMUFD_PT with a PASID: succeeds, also where nothing is attached. */
public record DetachPasid(ObjectId devId, int pasid) implements Command<DetachPasid.Detached> {

    /**
     * What it left.
     *
     * @param hwptId the page table it was on, or null
     */
    public record Detached(@Nullable ObjectId hwptId, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_DETACH_IOMMUFD_PT";
    }

    @Override
    public Decision<Detached> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        List<Change> changes = new ArrayList<>();
        Detached detached = Pasids.detach(context, device, pasid, changes);
        return Decision.of(detached, changes);
    }
}
