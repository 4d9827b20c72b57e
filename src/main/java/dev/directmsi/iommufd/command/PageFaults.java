package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.TOO_MANY;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.hardware.smmu.EventType;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Landing;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Page requests of a device: which queue they go to, and what becomes of them when it leaves. */
final class PageFaults {

    private final ContextView context;
    private final Device device;
    private final List<PageFault> raised = new ArrayList<>();

    PageFaults(ContextView context, Device device) {
        this.context = context;
        this.device = device;
    }

    /** Which queue takes a request, and which of the device's attachments that follows from. */
    private record Route(ObjectId queue, int attachment) {}

    /**
     * Raises a request. A page table without a queue answers INVALID at once, and nothing is left.
     *
     * @param pasid null without one
     * @param grpid null for the lowest number that the device does not use
     */
    Optional<PageFault> raise(
            @Nullable Integer pasid, @Nullable Integer grpid, int perm, long addr) {
        Optional<Route> route = route(pasid);
        if (route.isEmpty()) {
            return Optional.empty();
        }
        ObjectId queue = route.get().queue;
        List<PageFault> known = new ArrayList<>(context.faults(queue));
        raised.stream().filter(fault -> fault.queue().equals(queue)).forEach(known::add);
        if (known.size() >= Limits.PAGE_FAULTS) {
            throw TOO_MANY.refusal(
                    "value",
                    known.size() + 1,
                    "what",
                    "page requests",
                    "limit",
                    Limits.PAGE_FAULTS);
        }
        var fault =
                new PageFault(
                        queue,
                        known.isEmpty() ? 0 : known.getLast().sequence() + 1,
                        device.id(),
                        route.get().attachment,
                        pasid != null,
                        pasid == null ? 0 : pasid,
                        grpid == null ? freeGroup(known) : grpid,
                        perm,
                        addr,
                        0);
        raised.add(fault);
        return Optional.of(fault);
    }

    /**
     * Raises the request that an access makes whose translation failed, if the device can wait for
     * an answer: by stalling on an SMMU that has that, or by asking for the page (PRI).
     */
    Optional<Landing> raise(Landing.Faulted faulted, @Nullable Integer pasid, long address) {
        EventRecord event = faulted.fault().event();
        if (!canWait()
                || event.isStage2()
                || event.type().filter(EventType::isTranslationFault).isEmpty()) {
            return Optional.empty();
        }
        int perm = event.isRead() ? PageFault.READ : PageFault.WRITE;
        return raise(pasid, null, perm, address)
                .map(fault -> new Landing.Pending(faulted.fault(), fault.queue(), fault.grpid()));
    }

    private boolean canWait() {
        Smmu smmu = context.smmuOf(device);
        PciFunction function = context.function(device);
        return smmu.stall() || (function.pri() && function.ats() && smmu.ats());
    }

    private int freeGroup(List<PageFault> known) {
        int grpid = 0;
        while (isUsed(known, grpid)) {
            grpid++;
        }
        return grpid;
    }

    private boolean isUsed(List<PageFault> known, int grpid) {
        return known.stream()
                .anyMatch(fault -> fault.device().equals(device.id()) && fault.grpid() == grpid);
    }

    private Optional<Route> route(@Nullable Integer pasid) {
        if (pasid != null && device.pasids().containsKey(pasid)) {
            return queueOf(device.pasids().get(pasid)).map(queue -> new Route(queue, pasid));
        }
        @Nullable ObjectId own = device.attachedTo();
        // A guest keeps PASIDs of its own in the tables of its stage 1.
        boolean takes = pasid == null || (own != null && isNested(own));
        return takes ? queueOf(own).map(queue -> new Route(queue, 0)) : Optional.empty();
    }

    private boolean isNested(ObjectId hwpt) {
        return context.find(hwpt, HwptNested.class).isPresent();
    }

    private Optional<ObjectId> queueOf(@Nullable ObjectId hwpt) {
        return Optional.ofNullable(hwpt)
                .flatMap(context::find)
                .map(table ->
                        table instanceof HwptNested nested
                                ? nested.faultQueue()
                                : table instanceof HwptPaging paging ? paging.faultQueue() : null);
    }

    List<Change> changes() {
        return raised.stream().map(fault -> (Change) new Change.FaultRaised(fault)).toList();
    }

    /** Answers INVALID to what one attachment of a device left, read or not: it moves on. */
    static void answer(ContextView context, Device device, int attachment, List<Change> changes) {
        context.all(FaultQueue.class).stream()
                .flatMap(queue -> context.faults(queue.id()).stream())
                .filter(fault -> fault.device().equals(device.id()))
                .filter(fault -> fault.attachment() == attachment)
                .forEach(fault -> changes.add(new Change.FaultAnswered(fault)));
    }
}
