package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.VectorState;
import dev.directmsi.msi.VectorState.GuestMessage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * VFIO_DEVICE_SET_IRQS with eventfds: enables a range of vectors. On a DIRECT_MSI parent each needs
 * a target and a staged guest address; elsewhere the host picks the address in its window.
 *
 * @param start first vector
 * @param count how many; unsigned 32-bit
 */
public record EnableIrqs(ObjectId devId, IrqType type, long start, long count)
        implements Command<List<MsiVector>> {

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_SET_IRQS";
    }

    @Override
    public Decision<List<MsiVector>> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Interrupts.checkType(type);
        PciFunction function = context.function(device);
        int limit = Interrupts.limit(function, type);
        if (start >= limit || start + count > limit) {
            throw IRQ_RANGE_INVALID.refusal(
                    "type",
                    type.toString(),
                    "start",
                    start(start),
                    "count",
                    start(count),
                    "device",
                    function.name(),
                    "limit",
                    limit);
        }
        if (device.irqType() != type && device.irqType() != IrqType.NONE) {
            throw IRQ_OTHER_TYPE.refusal(
                    "device", function.name(), "active", device.irqType().toString());
        }
        if (device.attachedTo() == null && device.irqType() == IrqType.NONE) {
            // Whether that is a number of vectors is asked before the IOMMU is.
            if (start + count == 0) {
                throw IRQ_COUNT_ZERO.refusal("start", (int) start, "count", (int) count);
            }
            throw Interrupts.unobtainable(
                    function, "it is not attached, so its writes are blocked");
        }
        boolean direct =
                Attachments.pagingOf(context, device).filter(HwptPaging::isDirect).isPresent();
        return direct ? direct(context, device, function) : window(context, device, function);
    }

    private static String start(long value) {
        return Long.toUnsignedString(value);
    }

    private Decision<List<MsiVector>> window(
            ContextView context, Device device, PciFunction function) {
        int end = (int) (start + count);
        if (device.irqType() != IrqType.NONE) {
            if (end > device.irqCount()) {
                throw IRQ_NOT_RESIZABLE.refusal(
                        "type",
                        type.toString(),
                        "start",
                        (int) start,
                        "count",
                        (int) count,
                        "allocated",
                        device.irqCount());
            }
            return Decision.of(List.copyOf(context.vectors(devId).values()));
        }
        if (end == 0) {
            throw IRQ_COUNT_ZERO.refusal("start", (int) start, "count", (int) count);
        }
        if (function.its() == null) {
            throw Interrupts.unobtainable(function, "it has no ITS");
        }
        Its its = context.host().its(function.its()).orElseThrow();
        Interrupts.Route route = Interrupts.route(context, device, function, its);
        List<Change> changes = new ArrayList<>(route.changes());
        for (MsiVector staged : context.vectors(devId).values()) {
            changes.add(new Change.VectorRemoved(staged));
        }
        List<MsiVector> vectors = new ArrayList<>();
        var used = new BitSet();
        int block = type == IrqType.MSI ? Interrupts.allocate(function, used, end) : 0;
        for (int index = 0; index < end; index++) {
            int eventId =
                    type == IrqType.MSI ? block + index : Interrupts.allocate(function, used, 1);
            MsiMessage physical = MsiMessage.physical(its.doorbell(), eventId);
            var active =
                    new VectorState.Active(
                            physical,
                            route.compose(physical, context.pageSize().bytes()),
                            route.origin(),
                            null);
            vectors.add(new MsiVector(devId, index, active, false));
        }
        vectors.forEach(vector -> changes.add(new Change.VectorAdded(vector)));
        changes.add(new Change.ObjectReplaced(device, device.withIrqs(type, end)));
        return Decision.of(vectors, changes);
    }

    private Decision<List<MsiVector>> direct(
            ContextView context, Device device, PciFunction function) {
        boolean block = type == IrqType.MSI;
        if (count == 0 || (block && start != 0)) {
            throw block
                    ? IRQ_RANGE_INVALID.refusal(
                            "type",
                            type.toString(),
                            "start",
                            start(start),
                            "count",
                            start(count),
                            "device",
                            function.name(),
                            "limit",
                            Interrupts.limit(function, type))
                    : IRQ_COUNT_ZERO.refusal("start", (int) start, "count", (int) count);
        }
        if (function.its() == null) {
            throw Interrupts.unobtainable(function, "it has no ITS");
        }
        Its its = MsiTargets.itsOf(context, function);
        for (int index = (int) start; index < start + count; index++) {
            MsiVector vector = context.vectors(devId).get(index);
            if (vector != null && vector.state() instanceof VectorState.Active) {
                throw IRQ_ALREADY_ACTIVE.refusal("index", index, "devId", devId);
            }
        }
        if (device.target() == null) {
            throw TARGET_NOT_SET.refusal("devId", devId);
        }
        List<Change> changes = new ArrayList<>();
        List<MsiVector> vectors = new ArrayList<>();
        BitSet used = Interrupts.eventIds(context, device);
        for (int index = (int) start; index < start + count; index++) {
            if (staged(context, block ? 0 : index) == null) {
                throw VECTOR_NOT_STAGED.refusal("index", block ? 0 : index, "devId", devId);
            }
        }
        if (block) {
            checkWidth(context, function);
        }
        int base = block ? Interrupts.allocate(function, used, (int) count) : 0;
        for (int index = (int) start; index < start + count; index++) {
            int eventId = block ? base + index : Interrupts.allocate(function, used, 1);
            vectors.add(activate(context, its, index, eventId, block, changes));
        }
        Device enabled = device.withIrqs(type, Math.max(device.irqCount(), (int) (start + count)));
        if (!enabled.equals(device)) {
            changes.add(new Change.ObjectReplaced(device, enabled));
        }
        return Decision.of(vectors, changes);
    }

    private @org.jspecify.annotations.Nullable GuestMessage staged(ContextView context, int index) {
        MsiVector vector = context.vectors(devId).get(index);
        return vector == null ? null : vector.state().guest();
    }

    /** The address may have been staged for MSI-X, which always has 64 bits. */
    private void checkWidth(ContextView context, PciFunction function) {
        GuestMessage first = staged(context, 0);
        if (first != null
                && function.msi() != null
                && !function.msi().address64()
                && first.address() >>> 32 != 0) {
            throw VECTOR_ADDRESS_TOO_WIDE.refusal(
                    "guestVa", first.address(), "device", function.name());
        }
    }

    private MsiVector activate(
            ContextView context,
            Its its,
            int index,
            int eventId,
            boolean block,
            List<Change> changes) {
        MsiVector before = context.vectors(devId).get(index);
        GuestMessage own = staged(context, index);
        GuestMessage first = staged(context, 0);
        GuestMessage guest =
                block && first != null
                        ? new GuestMessage(
                                first.address(), own == null ? first.data() + index : own.data())
                        : own;
        if (guest == null) {
            throw VECTOR_NOT_STAGED.refusal("index", index, "devId", devId);
        }
        MsiMessage physical = MsiMessage.physical(its.doorbell(), eventId);
        var active =
                new VectorState.Active(
                        physical,
                        physical.atGuestAddress(guest.address()),
                        AddressOrigin.GUEST,
                        guest);
        var after = new MsiVector(devId, index, active, before != null && before.masked());
        changes.add(
                before == null
                        ? new Change.VectorAdded(after)
                        : new Change.VectorReplaced(before, after));
        return after;
    }
}
