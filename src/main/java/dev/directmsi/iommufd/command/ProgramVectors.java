package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Address;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.MsiTarget;
import dev.directmsi.msi.VectorState;
import dev.directmsi.msi.VectorState.GuestMessage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proposal, step 3: the guest's own MSI address, per vector, optionally with the target in the
 * same call. What the interrupt layer composes keeps the host's EventID and gets the guest's
 * address. All vectors or none.
 */
public record ProgramVectors(ObjectId devId, List<Request> requests)
        implements Command<List<MsiVector>> {

    /**
     * One vector.
     *
     * @param guestVa the address as the guest wrote it
     * @param guestData the guest's EventID; never reaches the device
     * @param target the IPA in the same call, or null
     * @param enable program the device; otherwise the address is only staged
     * @param masked the message stays, the device does not write
     */
    public record Request(
            int index,
            long guestVa,
            int guestData,
            @Nullable TargetHint target,
            boolean enable,
            boolean masked) {}

    /** The target as it came with a vector; exactly one of the two. */
    public record TargetHint(@Nullable Ipa frameBase, @Nullable Ipa doorbell) {}

    @Override
    public String ioctl() {
        return "SET_MSI_VECTOR";
    }

    @Override
    public Decision<List<MsiVector>> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        var seen = new HashSet<Integer>();
        var step = new Step(context, device, requests.size() > 1);
        for (Request request : requests) {
            if (!seen.add(request.index)) {
                throw VECTOR_DUPLICATE.refusal("index", request.index);
            }
            try {
                step.program(request);
            } catch (Rejection rejection) {
                throw requests.size() == 1 ? rejection : rejection.with("vector", request.index);
            }
        }
        return step.decision(device);
    }

    /** The device as it becomes, vector by vector. */
    private static final class Step {

        private final ContextView context;
        private final PciFunction function;
        private final IrqType type;
        private final boolean several;
        private final BitSet eventIds;
        private final List<Change> changes = new ArrayList<>();
        private final List<MsiVector> vectors = new ArrayList<>();
        private Device device;

        Step(ContextView context, Device device, boolean several) {
            this.several = several;
            this.context = context;
            this.device = device;
            this.function = context.function(device);
            this.type =
                    device.irqType() == IrqType.NONE
                            ? Interrupts.preferred(function)
                            : device.irqType();
            this.eventIds = Interrupts.eventIds(context, device);
        }

        Decision<List<MsiVector>> decision(Device before) {
            if (!device.equals(before)) {
                changes.addFirst(new Change.ObjectReplaced(before, device));
            }
            return Decision.of(vectors, changes);
        }

        void program(Request request) {
            int limit = Interrupts.limit(function, type);
            if (request.index < 0 || request.index >= limit) {
                throw VECTOR_INDEX_INVALID.refusal(
                        "index", request.index, "device", function.name(), "count", limit);
            }
            Its its = MsiTargets.itsOf(context, function);
            MsiVector before = context.vectors(device.id()).get(request.index);
            if (before != null
                    && before.state() instanceof VectorState.Active active
                    && active.origin() != AddressOrigin.GUEST) {
                throw VECTOR_ACTIVE.refusal("index", request.index, "devId", device.id());
            }
            if (request.target != null) {
                applyTarget(MsiTargets.parse(request.target.frameBase, request.target.doorbell));
            }
            checkAddress(request, its);
            MsiVector after =
                    request.enable ? activated(request, its, before) : staged(request, before);
            if (!after.equals(before)) {
                changes.add(
                        before == null
                                ? new Change.VectorAdded(after)
                                : new Change.VectorReplaced(before, after));
            }
            vectors.add(after);
        }

        private void applyTarget(MsiTarget target) {
            if (device.target() == null) {
                SetMsiTarget.decide(context, device, target);
                device = device.withTarget(target);
            } else if (!device.target().doorbell().equals(target.doorbell())) {
                throw TARGET_CONTRADICTS.refusal(
                        "given",
                        target.doorbell().value(),
                        "doorbell",
                        device.target().doorbell().value());
            }
        }

        private void checkAddress(Request request, Its its) {
            if (!MsiMessage.offsetsAgree(request.guestVa, its.doorbell())) {
                throw VECTOR_OFFSET_INVALID.refusal(
                        "guestVa",
                        request.guestVa,
                        "offset",
                        Address.hex(its.doorbell().value() & 0xfff));
            }
            if (type == IrqType.MSI) {
                if (function.msi() != null
                        && !function.msi().address64()
                        && request.guestVa >>> 32 != 0) {
                    throw VECTOR_ADDRESS_TOO_WIDE.refusal(
                            "guestVa", request.guestVa, "device", function.name());
                }
                Optional<Long> first = addressOfFirst();
                if (request.index > 0 && first.isPresent() && first.get() != request.guestVa) {
                    throw VECTOR_BLOCK_ADDRESS.refusal(
                            "index",
                            request.index,
                            "guestVa",
                            request.guestVa,
                            "address",
                            first.get());
                }
                if (request.index > 0 && first.isEmpty()) {
                    throw VECTOR_NOT_STAGED.refusal("index", 0, "devId", device.id());
                }
            }
        }

        /** The address of vector 0, as staged before or in this very call. */
        private Optional<Long> addressOfFirst() {
            Optional<MsiVector> inThisCall =
                    vectors.stream().filter(vector -> vector.index() == 0).findFirst();
            MsiVector vector = inThisCall.orElse(context.vectors(device.id()).get(0));
            return vector == null || vector.state().guest() == null
                    ? Optional.empty()
                    : Optional.of(vector.state().guest().address());
        }

        private MsiVector staged(Request request, @Nullable MsiVector before) {
            if (before != null && before.state() instanceof VectorState.Active active) {
                if (type == IrqType.MSI && device.irqCount() > 1) {
                    throw VECTOR_BLOCK_ENABLE.refusal("index", request.index);
                }
                eventIds.clear(active.eventId());
                if (eventIds.isEmpty()) { // the last one went: no type is in force any more
                    device = device.withIrqs(IrqType.NONE, 0);
                }
            }
            var guest = new GuestMessage(request.guestVa, request.guestData);
            return new MsiVector(
                    device.id(), request.index, new VectorState.Staged(guest), request.masked);
        }

        private MsiVector activated(Request request, Its its, @Nullable MsiVector before) {
            var guest = new GuestMessage(request.guestVa, request.guestData);
            if (before != null && before.state() instanceof VectorState.Active active) {
                return reprogrammed(request, active, guest);
            }
            if (device.irqType() != type && device.irqType() != IrqType.NONE) {
                throw IRQ_OTHER_TYPE.refusal(
                        "device", function.name(), "active", device.irqType().toString());
            }
            if (type == IrqType.MSI && (request.index > 0 || device.irqCount() > 0)) {
                throw VECTOR_BLOCK_ENABLE.refusal("index", request.index);
            }
            Optional<HwptPaging> parent = Attachments.pagingOf(context, device);
            if (parent.filter(HwptPaging::isDirect).isEmpty()) {
                throw VECTOR_NOT_ATTACHED.refusal(
                        "devId", device.id(),
                        "state",
                                parent.map(hwpt -> "on HWPT " + hwpt.id() + " without DIRECT_MSI")
                                        .orElse("detached"));
            }
            if (device.target() == null) {
                throw TARGET_NOT_SET.refusal("devId", device.id());
            }
            int eventId = Interrupts.allocate(function, eventIds, 1);
            MsiMessage physical = MsiMessage.physical(its.doorbell(), eventId);
            device = device.withIrqs(type, Math.max(device.irqCount(), request.index + 1));
            var active =
                    new VectorState.Active(
                            physical,
                            physical.atGuestAddress(request.guestVa),
                            AddressOrigin.GUEST,
                            guest);
            return new MsiVector(device.id(), request.index, active, request.masked);
        }

        /**
         * An address change rewrites the device, EventID kept; otherwise only guest data and mask
         * change.
         */
        private MsiVector reprogrammed(
                Request request, VectorState.Active active, GuestMessage guest) {
            boolean moves = active.device().address() != request.guestVa;
            if (moves && type == IrqType.MSI && device.irqCount() > 1) {
                if (several || request.index > 0) {
                    throw VECTOR_BLOCK_ADDRESS.refusal(
                            "index",
                            request.index,
                            "guestVa",
                            request.guestVa,
                            "address",
                            active.device().address());
                }
                moveBlock(request);
            }
            VectorState.Active after = moved(active, guest);
            return new MsiVector(device.id(), request.index, after, request.masked);
        }

        private static VectorState.Active moved(VectorState.Active active, GuestMessage guest) {
            return new VectorState.Active(
                    active.physical(),
                    active.physical().atGuestAddress(guest.address()),
                    AddressOrigin.GUEST,
                    guest);
        }

        /** Multi-message MSI has one address register: the other vectors move with vector 0. */
        private void moveBlock(Request request) {
            for (MsiVector other : context.vectors(device.id()).values()) {
                if (other.index() != request.index
                        && other.state() instanceof VectorState.Active active
                        && active.guest() != null) {
                    var guest = new GuestMessage(request.guestVa, active.guest().data());
                    changes.add(
                            new Change.VectorReplaced(
                                    other,
                                    new MsiVector(
                                            device.id(),
                                            other.index(),
                                            moved(active, guest),
                                            other.masked())));
                }
            }
        }
    }
}
