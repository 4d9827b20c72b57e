package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.DoorbellPage;
import dev.directmsi.msi.EventIds;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.VectorState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * EventIDs, doorbell pages of the window, and what disabling does: shared by all interrupt
 * operations.
 */
final class Interrupts {

    private Interrupts() {}

    /** Which interrupts PUT msi-vectors programs: MSI-X where the device has it. */
    static IrqType preferred(PciFunction function) {
        return function.msixVectors() > 0 ? IrqType.MSIX : IrqType.MSI;
    }

    /** Only message-signalled interrupts are modelled. */
    static void checkType(IrqType type) {
        if (type == IrqType.NONE) {
            throw IRQ_TYPE_INVALID.refusal("type", "other than MSI and MSIX");
        }
    }

    /** Vectors that a device has of a type. */
    static int limit(PciFunction function, IrqType type) {
        return switch (type) {
            case NONE -> 0;
            case MSI -> function.msi() == null ? 0 : function.msi().vectors();
            case MSIX -> function.msixVectors();
        };
    }

    /** The EventIDs of a device's ACTIVE vectors. */
    static BitSet eventIds(ContextView context, Device device) {
        var used = new BitSet();
        for (MsiVector vector : context.vectors(device.id()).values()) {
            if (vector.state() instanceof VectorState.Active active) {
                used.set(active.eventId());
            }
        }
        return used;
    }

    /**
     * The lowest EventID, or aligned block of them, that is free; ENOSPC when the table is full.
     */
    static int allocate(PciFunction function, BitSet used, int count) {
        OptionalInt base = EventIds.lowestFreeBlock(used, count, function.ittSize());
        if (base.isEmpty()) {
            throw EVENT_IDS_EXHAUSTED.refusal(
                    "count",
                    count,
                    "limit",
                    function.ittSize(),
                    "deviceId",
                    function.itsDeviceId(),
                    "its",
                    String.valueOf(function.its()));
        }
        used.set(base.getAsInt(), base.getAsInt() + count);
        return base.getAsInt();
    }

    /**
     * Frees every vector of a device and erases every guest address; answers the device after it.
     */
    static Device disable(ContextView context, Device device, List<Change> changes) {
        for (MsiVector vector : context.vectors(device.id()).values()) {
            changes.add(new Change.VectorRemoved(vector));
        }
        Device quiet = device.withIrqs(IrqType.NONE, 0);
        if (!quiet.equals(device)) {
            changes.add(new Change.ObjectReplaced(device, quiet));
        }
        return quiet;
    }

    /** How a device reaches its doorbell in window mode, and what that changes. */
    record Route(AddressOrigin origin, @Nullable Iova page, List<Change> changes) {

        MsiMessage compose(MsiMessage physical, long pageSize) {
            return page == null ? physical : physical.inWindow(page.value(), pageSize);
        }
    }

    /**
     * What Linux does when interrupts are set up (kernel: {@code iommufd_sw_msi}): the doorbell
     * page gets an address in the window, once per context, and is mapped in the group's paging
     * HWPT.
     */
    static Route route(ContextView context, Device device, PciFunction function, Its its) {
        if (function.msiBypassesSmmu() || !hasWindow(context, function)) {
            return new Route(AddressOrigin.PHYSICAL, null, List.of());
        }
        HwptPaging hwpt = Attachments.pagingOf(context, device).orElseThrow();
        ContextInfo info = context.info();
        PhysAddr physical = new PhysAddr(context.pageSize().floor(its.doorbell().value()));
        Optional<DoorbellPage> known =
                info.doorbellPages().stream()
                        .filter(page ->
                                page.page().equals(physical)
                                        && page.windowStart() == DoorbellPage.WINDOW_START)
                        .findFirst();
        if (known.isEmpty() && info.doorbellPages().size() >= DoorbellPage.LIMIT) {
            throw unobtainable(
                    function, "the context has used all " + DoorbellPage.LIMIT + " doorbell pages");
        }
        int next = info.doorbellPages().size();
        DoorbellPage page =
                known.orElse(new DoorbellPage(next, DoorbellPage.WINDOW_START, physical, next));
        List<Change> changes = new ArrayList<>();
        Iova iova = page.iova(context.pageSize());
        long bit = 1L << page.id();
        if ((hwpt.doorbellPages() & bit) == 0) {
            AddressRange range = context.pageSize().page(iova.value());
            if (context.mappings(hwpt.ioas()).firstIn(range).isPresent()) {
                throw unobtainable(function, "something is mapped at " + range + " in the window");
            }
            changes.add(
                    new Change.ObjectReplaced(
                            hwpt, hwpt.withDoorbellPages(hwpt.doorbellPages() | bit)));
        }
        var pages = new ArrayList<>(info.doorbellPages());
        if (known.isEmpty()) {
            pages.add(page);
        }
        var byGroup = new HashMap<>(info.groupDoorbellPages());
        byGroup.merge(device.group(), bit, (a, b) -> a | b);
        ContextInfo after = info.withDoorbellPages(pages, byGroup);
        if (!after.equals(info)) {
            changes.add(new Change.ContextChanged(info, after));
        }
        return new Route(AddressOrigin.WINDOW, iova, changes);
    }

    private static boolean hasWindow(ContextView context, PciFunction function) {
        return Reservation.ofDevice(context, function, false).stream()
                .anyMatch(region -> region.kind() == Reservation.Kind.SW_MSI);
    }

    /** ENOSPC, which is what the kernel answers whatever the cause is. */
    static RuntimeException unobtainable(PciFunction function, String problem) {
        return IRQ_UNOBTAINABLE.refusal("device", function.name(), "problem", problem);
    }
}
