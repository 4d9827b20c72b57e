package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.CopyState;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.Tags;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of a group go, and what follows: attach, replace and detach end here. The HWPT
 * is chosen per group, membership in a stage-2 copy is per device.
 */
final class Attachments {

    private Attachments() {}

    /** The paging HWPT that {@code hwpt} is or stands on. */
    static HwptPaging pagingBelow(ContextView context, IommufdObject hwpt) {
        return switch (hwpt) {
            case HwptPaging paging -> paging;
            case HwptNested nested -> context.find(nested.parent(), HwptPaging.class).orElseThrow();
            case IommufdObject other ->
                    throw new IllegalStateException(Types.of(other) + " is no page table");
        };
    }

    /** The paging HWPT below a device's attachment, if it has one. */
    static Optional<HwptPaging> pagingOf(ContextView context, Device device) {
        return Optional.ofNullable(device.attachedTo())
                .flatMap(context::find)
                .map(hwpt -> pagingBelow(context, hwpt));
    }

    /**
     * Whether {@code hwpt} can translate for {@code device}: the driver's checks, in the kernel's
     * order (4.3 steps 6 to 8 of the semantics).
     */
    static void checkDriver(ContextView context, Device device, IommufdObject hwpt) {
        checkFaults(context, device, hwpt);
        int pasids =
                context.relations().group(device.group()).stream()
                        .mapToInt(member -> member.pasids().size())
                        .sum();
        if (pasids > 0 && !isPasidCompatible(hwpt)) {
            throw ATTACH_PASID_INCOMPATIBLE.refusal("hwptId", hwpt.id(), "group", device.group());
        }
        IommuDriver.of(context, device).checkAttach(device, hwpt, pasids);
    }

    /** Page requests of a virtual function cannot be told from those of its siblings. */
    static void checkFaults(ContextView context, Device device, IommufdObject hwpt) {
        PciFunction function = context.function(device);
        @Nullable ObjectId faultQueue =
                hwpt instanceof HwptNested nested
                        ? nested.faultQueue()
                        : pagingBelow(context, hwpt).faultQueue();
        if (faultQueue != null && function.virtualFunction() && function.pri()) {
            throw ATTACH_FAULT_VF.refusal("device", function.name());
        }
    }

    static boolean isPasidCompatible(IommufdObject hwpt) {
        return switch (hwpt) {
            case HwptPaging paging -> paging.isPasidCompatible();
            case HwptNested nested -> nested.pasidCompatible();
            case IommufdObject other -> throw new IllegalStateException(Types.of(other));
        };
    }

    /** A device's reserved regions against what lies in the IOAS (4.3 step 4). */
    static void checkRegions(ContextView context, Device device, HwptPaging paging) {
        PciFunction function = context.function(device);
        for (Reservation region : Reservation.ofDevice(context, function, paging.isDirect())) {
            IoasConflict.in(context, paging.ioas(), region.range())
                    .ifPresent(conflict -> {
                        throw conflict.region(region.range(), region.owner());
                    });
            if (region.kind() == Reservation.Kind.REGION) {
                context.relations().space(paging.ioas()).reservations().stream()
                        .filter(other -> other.kind() == Reservation.Kind.MSI_PAGE)
                        .filter(other -> other.range().overlaps(region.range()))
                        .findFirst()
                        .ifPresent(other -> {
                            throw new IoasConflict(paging.ioas(), other.range(), other.owner())
                                    .region(region.range(), region.owner());
                        });
            }
        }
    }

    /**
     * The MSI targets of devices against what lies in the IOAS, when they become effective, and
     * against what the devices bring along.
     */
    static void checkTargets(ContextView context, List<Device> arriving, HwptPaging paging) {
        for (Device device : arriving) {
            if (paging.isDirect() && device.target() != null) {
                MsiTargets.checkFree(context, device, device.target(), paging, arriving);
            }
        }
    }

    /** A group that moves: who, from where, to where. */
    record Move(List<Device> members, @Nullable IommufdObject from, @Nullable IommufdObject to) {}

    /** What a move does. */
    record Moved(
            List<Change> changes,
            List<SmmuCommand> smmuCommands,
            List<Device> members,
            @Nullable HwptPaging to) {}

    /**
     * Carries a checked move out: devices, copies of both parents, the doorbell pages that the
     * group needs in its new table, and the end of an automatic table that nobody uses any more.
     *
     * @param created the new paging HWPT where it is not yet an object of the context, else null
     */
    static Moved carryOut(ContextView context, Move move, @Nullable HwptPaging created) {
        List<Change> changes = new ArrayList<>();
        List<SmmuCommand> commands = new ArrayList<>();
        List<Device> after = new ArrayList<>();
        for (Device member : move.members()) {
            Device moved = moved(context, member, move.to());
            after.add(moved);
            if (!moved.equals(member)) {
                changes.add(new Change.ObjectReplaced(member, moved));
            }
            if (!Objects.equals(member.attachedTo(), moved.attachedTo())) {
                PageFaults.answer(context, member, 0, changes);
            }
        }
        HwptPaging from = move.from() == null ? null : pagingBelow(context, move.from());
        HwptPaging to =
                move.to() == null
                        ? null
                        : created != null ? created : pagingBelow(context, move.to());
        int group = move.members().getFirst().group();
        boolean groupLeaves =
                context.relations().group(group).stream()
                        .allMatch(device ->
                                device.attachedTo() == null || move.members().contains(device));
        HwptPaging settledTo = to;
        if (to != null) {
            settledTo = arrive(context, to, group, changes, commands);
        }
        if (from != null && groupLeaves && (to == null || !from.id().equals(to.id()))) {
            leave(context, from, group, changes, commands);
        }
        boolean switches =
                to == null ? groupLeaves : move.from() == null || !move.from().equals(move.to());
        if (switches) {
            commands.addAll(
                    TlbInvalidation.ofStreams(context, context.host().group(group), move.to()));
        }
        return new Moved(changes, TlbInvalidation.synced(commands), after, settledTo);
    }

    private static Device moved(ContextView context, Device member, @Nullable IommufdObject to) {
        if (to == null) {
            return member.withAttachment(null, null);
        }
        @Nullable Long virtId =
                to instanceof HwptNested nested
                        ? IommuDriver.of(context, member).eventId(member, nested)
                        : null;
        return member.withAttachment(to.id(), virtId);
    }

    private static HwptPaging arrive(
            ContextView context,
            HwptPaging to,
            int group,
            List<Change> changes,
            List<SmmuCommand> commands) {
        HwptPaging after;
        if (to.isDirect()) {
            Set<Integer> groups = groupsOn(context, to);
            groups.add(group);
            Stage2Copies.Settled settled = Stage2Copies.settle(context, to, groups);
            changes.addAll(settled.claims());
            commands.addAll(settled.smmuCommands());
            after = settled.parent();
        } else {
            after =
                    to.withDoorbellPages(
                            to.doorbellPages()
                                    | context.info().groupDoorbellPages().getOrDefault(group, 0L));
        }
        if (context.find(to.id()).isPresent() && !after.equals(to)) {
            changes.add(new Change.ObjectReplaced(to, after));
        }
        return after;
    }

    private static void leave(
            ContextView context,
            HwptPaging from,
            int group,
            List<Change> changes,
            List<SmmuCommand> commands) {
        Set<Integer> groups = groupsOn(context, from);
        groups.remove(group);
        if (from.automatic() && groups.isEmpty()) {
            changes.add(new Change.ObjectDestroyed(from));
            Claim tag = Tags.claimOf(from);
            if (tag != null) {
                changes.add(new Change.ResourceReleased(tag));
            }
        } else if (from.isDirect()) {
            Stage2Copies.Settled settled = Stage2Copies.settle(context, from, groups);
            changes.addAll(settled.claims());
            commands.addAll(settled.smmuCommands());
            if (!settled.parent().equals(from)) {
                changes.add(new Change.ObjectReplaced(from, settled.parent()));
            }
        }
    }

    private static Set<Integer> groupsOn(ContextView context, HwptPaging hwpt) {
        var groups = new LinkedHashSet<Integer>();
        Reservation.devicesOn(context.relations(), hwpt)
                .forEach(device -> groups.add(device.group()));
        return groups;
    }

    /** The copy of {@code parent} that a function is in. */
    static @Nullable S2Copy copyOf(@Nullable HwptPaging parent, PciFunction function) {
        return parent == null
                ? null
                : parent.copies().stream()
                        .filter(copy -> copy.takes(CopyState.keyOf(function)))
                        .findFirst()
                        .orElse(null);
    }
}
