package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Errno;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.Attachments.Move;
import dev.directmsi.iommufd.command.Attachments.Moved;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.TableShape;
import dev.directmsi.iommufd.driver.Tags;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * VFIO_DEVICE_ATTACH_IOMMUFD_PT: attaches the requester id of a device, or replaces its attachment
 * when it has one. The whole group switches; every attached member follows a replace.
 *
 * @param ptId an IOAS (a table is found or made for it), a paging HWPT or a nested HWPT
 */
public record AttachDevice(ObjectId devId, ObjectId ptId)
        implements Command<AttachDevice.Attached> {

    /**
     * Where the device is now.
     *
     * @param ptId what was asked for
     * @param hwptId the page table in use
     * @param copy its stage-2 copy, on a DIRECT_MSI parent
     * @param replaced whether it left another page table for this one
     */
    public record Attached(
            ObjectId devId,
            ObjectId ptId,
            ObjectId hwptId,
            @Nullable S2Copy copy,
            boolean replaced,
            List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_ATTACH_IOMMUFD_PT";
    }

    /**
     * Where a device is attached, if it is. What was asked for is not kept: an automatic table
     * stands for its IOAS, which is how another device comes to use it.
     *
     * @param device may be ahead of the context: its table need not be there yet
     */
    public static Optional<Attached> describe(ContextView context, Device device) {
        ObjectId used = device.attachedTo();
        if (used == null) {
            return Optional.empty();
        }
        HwptPaging paging = Attachments.pagingOf(context, device).orElse(null);
        return Optional.of(
                new Attached(
                        device.id(),
                        paging != null && paging.automatic() ? paging.ioas() : used,
                        used,
                        Attachments.copyOf(paging, context.function(device)),
                        false,
                        List.of()));
    }

    @Override
    public Decision<Attached> decide(ContextView context) {
        return attachTo(context, context.require(devId, Device.class, DEVICE_NOT_FOUND));
    }

    /**
     * The same for a device at hand.
     *
     * @param device may be ahead of the context: bound by this very decision
     */
    Decision<Attached> attachTo(ContextView context, Device device) {
        IommufdObject target =
                context.find(ptId)
                        .orElseThrow(() ->
                                ATTACH_PT_MISSING.refusal("context", context.id(), "id", ptId));
        return switch (target) {
            case HwptPaging hwpt -> attach(context, device, hwpt);
            case HwptNested hwpt -> attach(context, device, hwpt);
            case Ioas ioas -> attachToIoas(context, device, ioas);
            case IommufdObject other ->
                    throw ATTACH_PT_INVALID.refusal("id", ptId, "type", Types.of(other));
        };
    }

    private Decision<Attached> attach(ContextView context, Device device, IommufdObject hwpt) {
        Move move = plan(context, device, hwpt, hwpt.id());
        if (move.members().isEmpty()) {
            return Decision.of(
                    reply(
                            context,
                            device,
                            hwpt,
                            Attachments.pagingBelow(context, hwpt),
                            false,
                            List.of()));
        }
        Moved moved = Attachments.carryOut(context, move, null);
        return Decision.of(
                reply(
                        context,
                        device,
                        hwpt,
                        moved.to(),
                        device.attachedTo() != null,
                        moved.smmuCommands()),
                moved.changes());
    }

    /**
     * Automatic tables of the IOAS in the order of their creation; EINVAL tries the next, any other
     * errno is final.
     */
    private Decision<Attached> attachToIoas(ContextView context, Device device, Ioas ioas) {
        for (HwptPaging candidate : context.relations().tablesOf(ioas.id())) {
            if (candidate.automatic()) {
                try {
                    return attach(context, device, candidate);
                } catch (Rejection rejection) {
                    if (rejection.reason().errno() != Errno.EINVAL) {
                        throw rejection;
                    }
                }
            }
        }
        return attachToNew(context, device, ioas);
    }

    private Decision<Attached> attachToNew(ContextView context, Device device, Ioas ioas) {
        IommuDriver driver = IommuDriver.of(context, device);
        TableShape shape = driver.shape(context.function(device), Set.of(), DriverData.NONE);
        HwptPaging hwpt =
                Tables.make(
                        context,
                        newTableId(context, device),
                        ioas.id(),
                        driver.iommu(),
                        shape,
                        Set.of(),
                        true,
                        null);
        boolean replaces = device.attachedTo() != null;
        if (replaces) {
            Tables.checkAdding(context, ioas.id(), hwpt.smmu(), hwpt.granule(), hwpt.aperture());
        }
        Move move = plan(context, device, hwpt, hwpt.id());
        if (!replaces) {
            Tables.checkAdding(context, ioas.id(), hwpt.smmu(), hwpt.granule(), hwpt.aperture());
        }
        Moved moved = Attachments.carryOut(context, move, hwpt);
        List<Change> changes = new ArrayList<>();
        Claim tag = Tags.claimOf(hwpt);
        if (tag != null) {
            changes.add(new Change.ResourceClaimed(tag));
        }
        changes.add(new Change.ObjectCreated(moved.to() == null ? hwpt : moved.to()));
        changes.addAll(moved.changes());
        return Decision.of(
                reply(context, device, hwpt, moved.to(), replaces, moved.smmuCommands()), changes);
    }

    /** The lowest id that is free once {@code device} and its mock have theirs. */
    private static ObjectId newTableId(ContextView context, Device device) {
        boolean bound = context.find(device.id()).isPresent();
        return NewObjects.ids(context, bound ? 1 : 3).getLast();
    }

    /** Checks and says who moves; nobody when the device is there already. */
    private static Move plan(
            ContextView context, Device device, IommufdObject hwpt, ObjectId hwptId) {
        HwptPaging paging = Attachments.pagingBelow(context, hwpt);
        ObjectId current = context.relations().attachmentOf(device.group());
        if (device.attachedTo() == null) {
            if (current != null && !current.equals(hwptId)) {
                throw ATTACH_GROUP_ELSEWHERE.refusal("group", device.group(), "hwptId", current);
            }
            Attachments.checkRegions(context, device, paging);
            Attachments.checkDriver(context, device, hwpt);
            Attachments.checkTargets(context, List.of(device), paging);
            IommufdObject from = current == null ? null : hwpt;
            return new Move(List.of(device), from, hwpt);
        }
        if (device.attachedTo().equals(hwptId)) {
            return new Move(List.of(), hwpt, hwpt);
        }
        return planReplace(context, device, hwpt, paging);
    }

    private static Move planReplace(
            ContextView context, Device device, IommufdObject hwpt, HwptPaging paging) {
        IommufdObject from =
                context.find(device.attachedTo() == null ? new ObjectId(0) : device.attachedTo())
                        .orElseThrow();
        HwptPaging before = Attachments.pagingBelow(context, from);
        List<Device> members =
                context.relations().group(device.group()).stream()
                        .filter(member -> member.attachedTo() != null)
                        .toList();
        if (!before.ioas().equals(paging.ioas()) || (before.isDirect() && !paging.isDirect())) {
            members.forEach(member -> Attachments.checkRegions(context, member, paging));
        }
        for (Device member : members) {
            Attachments.checkDriver(context, member, hwpt);
        }
        boolean interrupts =
                members.stream().anyMatch(member -> MsiTargets.activeVectors(context, member) > 0);
        if (before.isDirect() != paging.isDirect() && interrupts) {
            throw REPLACE_MODE_SWITCH.refusal(
                    "group", device.group(), "from", from.id(), "to", hwpt.id());
        }
        Attachments.checkTargets(context, members, paging);
        return new Move(members, from, hwpt);
    }

    private Attached reply(
            ContextView context,
            Device device,
            IommufdObject hwpt,
            @Nullable HwptPaging paging,
            boolean replaced,
            List<SmmuCommand> commands) {
        S2Copy copy = Attachments.copyOf(paging, context.function(device));
        return new Attached(devId, ptId, hwpt.id(), copy, replaced, commands);
    }
}
