package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.command.Attachments.Moved;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Closing the VFIO device: interrupts off, detached, its vDEVICE destroyed (whose id stays reserved
 * for ever, a tombstone), target and addresses forgotten, the group released with its last member.
 *
 * @param createdRevision the object that is meant, against reuse of its id; null for any
 */
public record UnbindDevice(ObjectId devId, @Nullable Long createdRevision)
        implements Command<UnbindDevice.Unbound> {

    /** What went with the device. */
    public record Unbound(
            String function, @Nullable ObjectId tombstone, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_CLOSE";
    }

    @Override
    public Decision<Unbound> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        DestroyObject.checkRevision(device, createdRevision);
        List<Change> changes = new ArrayList<>();
        List<SmmuCommand> commands = List.of();
        Device last = Interrupts.disable(context, device, changes);
        if (!device.pasids().isEmpty()) {
            Device bare = last.withPasids(new java.util.TreeMap<>());
            changes.add(new Change.ObjectReplaced(last, bare));
            last = bare;
            for (int pasid : device.pasids().keySet()) {
                PageFaults.answer(context, device, pasid, changes);
            }
        }
        if (device.attachedTo() != null) {
            Moved moved = DetachDevice.detach(context, device, last);
            changes.addAll(moved.changes());
            commands = moved.smmuCommands();
            last = last.withAttachment(null, null);
        }
        Optional<Vdevice> vdevice = context.relations().vdeviceOf(devId);
        vdevice.ifPresent(gone -> changes.add(new Change.ObjectDestroyed(gone)));
        context.relations()
                .mockOf(devId)
                .ifPresent(mock -> changes.add(new Change.ObjectDestroyed(mock)));
        changes.add(new Change.ObjectDestroyed(last));
        changes.add(new Change.ResourceReleased(new Claim.DeviceClaim(device.function())));
        boolean groupEnds = context.relations().group(device.group()).size() == 1;
        if (groupEnds) {
            changes.add(new Change.ResourceReleased(new Claim.GroupClaim(device.group())));
        }
        ContextInfo after = infoAfter(context.info(), device, vdevice, groupEnds);
        if (!after.equals(context.info())) {
            changes.add(new Change.ContextChanged(context.info(), after));
        }
        return Decision.of(
                new Unbound(device.function(), vdevice.map(Vdevice::id).orElse(null), commands),
                changes);
    }

    private static ContextInfo infoAfter(
            ContextInfo info, Device device, Optional<Vdevice> vdevice, boolean groupEnds) {
        ContextInfo after = info;
        if (vdevice.isPresent()) {
            var tombstones = new HashSet<>(info.tombstones());
            tombstones.add(vdevice.get().id().value());
            after = after.withTombstones(tombstones);
        }
        if (groupEnds) {
            var byGroup = new HashMap<>(info.groupDoorbellPages());
            byGroup.remove(device.group());
            after = after.withDoorbellPages(info.doorbellPages(), byGroup);
        }
        return after;
    }
}
