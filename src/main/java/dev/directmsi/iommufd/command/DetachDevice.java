package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.command.Attachments.Move;
import dev.directmsi.iommufd.command.Attachments.Moved;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * VFIO_DEVICE_DETACH_IOMMUFD_PT: always succeeds, also when nothing is attached, except that a
 * device with ACTIVE vectors leaves a DIRECT_MSI parent only with {@code quiesce}. Target and
 * staged addresses stay with the device.
 *
 * @param quiesce disable its interrupts first
 */
public record DetachDevice(ObjectId devId, boolean quiesce)
        implements Command<DetachDevice.Detached> {

    /**
     * What it left.
     *
     * @param hwptId the page table it was on, or null
     * @param disabledVectors vectors that quiescing turned off
     */
    public record Detached(
            ObjectId devId,
            @Nullable ObjectId hwptId,
            int disabledVectors,
            List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_DETACH_IOMMUFD_PT";
    }

    @Override
    public Decision<Detached> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        if (device.attachedTo() == null) {
            return Decision.of(new Detached(devId, null, 0, List.of()));
        }
        int active = MsiTargets.activeVectors(context, device);
        boolean direct =
                Attachments.pagingOf(context, device).filter(HwptPaging::isDirect).isPresent();
        if (direct && active > 0 && !quiesce) {
            throw DETACH_VECTORS_ACTIVE.refusal("device", device.function(), "count", active);
        }
        List<Change> changes = new ArrayList<>();
        Device quiet = device;
        if (quiesce && active > 0) {
            quiet = Interrupts.disable(context, device, changes);
        }
        Moved moved = detach(context, device, quiet);
        changes.addAll(moved.changes());
        return Decision.of(
                new Detached(
                        devId, device.attachedTo(), quiesce ? active : 0, moved.smmuCommands()),
                changes);
    }

    /**
     * The move of one device to nowhere.
     *
     * @param device as the context has it
     * @param quiet the same after its interrupts were disabled in the same decision
     */
    static Moved detach(ContextView context, Device device, Device quiet) {
        var from = Optional.ofNullable(device.attachedTo()).flatMap(context::find).orElseThrow();
        Moved moved = Attachments.carryOut(context, new Move(List.of(device), from, null), null);
        List<Change> changes = new ArrayList<>();
        for (Change change : moved.changes()) {
            changes.add(
                    change instanceof Change.ObjectReplaced replaced
                                    && replaced.before().equals(device)
                            ? new Change.ObjectReplaced(quiet, quiet.withAttachment(null, null))
                            : change);
        }
        return new Moved(changes, moved.smmuCommands(), moved.members(), moved.to());
    }
}
