package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.Pages;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What must be true of a context at any time, and has no number: it follows from how iommufd works
/// and not from the proposal.
public final class Properties {

    private final ContextView context;

    private Properties(ContextView context) {
        this.context = context;
    }

    /// Checks all of them.
    public static void check(ContextView context) {
        var properties = new Properties(context);
        properties.references();
        context.all(Ioas.class).forEach(properties::space);
        properties.sharedPages();
        context.all(HwptPaging.class).forEach(properties::dirtyPages);
        context.all(Device.class).forEach(properties::device);
        context.all(KernelAccess.class).forEach(properties::pins);
        context.all(HwQueue.class).forEach(properties::hwQueue);
        context.all(FaultQueue.class).forEach(properties::faults);
        context.all(Veventq.class).forEach(properties::events);
    }

    private static void require(boolean holds, Object... what) {
        if (!holds) {
            throw new AssertionError("property: " + List.of(what));
        }
    }

    /// Nothing uses what is not there, and the compatibility has an IOAS.
    private void references() {
        for (IommufdObject object : context.objects()) {
            for (ObjectId used : context.relations().referencesOf(object.id())) {
                require(context.find(used).isPresent(), object, "uses no object", used);
            }
        }
        @Nullable ObjectId compat = context.info().compatIoas();
        require(compat == null || context.find(compat, Ioas.class).isPresent(), "compat", context);
    }

    /// Every mapping keeps the alignment that the page tables and accesses of its IOAS demand.
    private void space(Ioas ioas) {
        long alignment = context.relations().space(ioas.id()).alignment();
        for (Mapping area : context.mappings(ioas.id()).all()) {
            long all = area.first() | area.last() + 1 | area.backing().start();
            require((all & alignment - 1) == 0, ioas.id(), area, "alignment", alignment);
        }
    }

    /// Copies agree on what they share, and none may write what was mapped without WRITE.
    private void sharedPages() {
        var known = new HashMap<Long, Map.Entry<Pages, String>>();
        for (Ioas ioas : context.all(Ioas.class)) {
            for (Mapping area : context.mappings(ioas.id()).all()) {
                var shared = Map.entry(area.pages(), memory(area.backing()));
                var before = known.putIfAbsent(area.pages().id(), shared);
                require(
                        before == null || before.equals(shared),
                        "shared",
                        area,
                        String.valueOf(before));
                require(!area.access().writes() || area.pages().writable(), "writable", area);
            }
        }
    }

    private static String memory(Backing backing) {
        return switch (backing) {
            case Backing.UserMemory _ -> "process";
            case Backing.FileMemory file -> "file " + file.file();
        };
    }

    /// A dirty page is a leaf's beginning in a mapping, of a table that can track.
    private void dirtyPages(HwptPaging hwpt) {
        for (Long page : context.dirtyPages(hwpt.id())) {
            require(hwpt.flags().contains(HwptFlag.DIRTY_TRACKING), hwpt, "has dirty pages");
            require(hwpt.granule().isAligned(page), hwpt, "dirty", page);
            require(context.mappings(hwpt.ioas()).at(page).isPresent(), hwpt, "not mapped", page);
        }
    }

    /// A PASID's page table takes PASIDs, and so does the requester's; a group shares both.
    private void device(Device device) {
        device.pasids()
                .forEach((pasid, hwpt) -> {
                    require(pasid > 0 && takesPasids(hwpt), device, "PASID", pasid, "on", hwpt);
                    require(
                            device.attachedTo() == null || takesPasids(device.attachedTo()),
                            device,
                            "requester takes no PASIDs");
                });
        for (Device sibling : context.relations().group(device.group())) {
            require(
                    device.attachedTo() == null
                            || sibling.attachedTo() == null
                            || device.attachedTo().equals(sibling.attachedTo()),
                    device,
                    sibling);
            sibling.pasids()
                    .forEach((pasid, hwpt) ->
                            require(
                                    device.pasids().getOrDefault(pasid, hwpt).equals(hwpt),
                                    device,
                                    sibling));
        }
        boolean mock = context.host().mock(context.iommuOf(device)).isPresent();
        long own =
                context.all(MockDevice.class).stream()
                        .filter(candidate -> candidate.device().equals(device.id()))
                        .count();
        require(own == (mock ? 1 : 0), device, "mock devices", own);
    }

    private boolean takesPasids(ObjectId hwpt) {
        return context.find(hwpt)
                .filter(table ->
                        (table instanceof HwptPaging paging && paging.isPasidCompatible())
                                || (table instanceof HwptNested nested && nested.pasidCompatible()))
                .isPresent();
    }

    /// What is pinned is mapped, without a hole.
    private void pins(KernelAccess access) {
        for (KernelAccess.Pin pin : access.pins()) {
            require(access.pinning() && pin.number() < access.nextPin(), access, pin);
            require(mapped(access.ioas(), pin.range()), access, "pins a hole", pin);
        }
        require(
                access.hwQueue() == null
                        || context.find(access.hwQueue(), HwQueue.class).isPresent(),
                access);
    }

    private boolean mapped(ObjectId ioas, AddressRange range) {
        long next = range.first();
        for (Mapping area : context.mappings(ioas).in(range)) {
            if (Long.compareUnsigned(area.first(), next) > 0) {
                return false;
            }
            next = area.last() + 1;
            if (Long.compareUnsigned(area.last(), range.last()) >= 0) {
                return true;
            }
        }
        return false;
    }

    /// A hardware queue holds its memory by one access on the parent's IOAS.
    private void hwQueue(HwQueue queue) {
        Viommu viommu = context.find(queue.viommu(), Viommu.class).orElseThrow();
        HwptPaging parent = context.find(viommu.parent(), HwptPaging.class).orElseThrow();
        List<KernelAccess> accesses =
                context.all(KernelAccess.class).stream()
                        .filter(access -> queue.id().equals(access.hwQueue()))
                        .toList();
        require(accesses.size() == 1, queue, accesses);
        KernelAccess access = accesses.getFirst();
        require(access.ioas().equals(parent.ioas()), queue, access);
        require(
                access.pins().stream()
                        .map(KernelAccess.Pin::range)
                        .toList()
                        .equals(List.of(queue.locked())),
                queue,
                access);
    }

    /// A request waits where its device is still attached; what was read has a cookie of its own.
    private void faults(FaultQueue queue) {
        var cookies = new HashSet<Integer>();
        long next = 0;
        for (PageFault fault : context.faults(queue.id())) {
            require(fault.sequence() >= next, queue, fault);
            next = fault.sequence() + 1;
            require(!fault.isRead() || cookies.add(fault.cookie()), queue, fault);
            Device device = context.find(fault.device(), Device.class).orElse(null);
            require(device != null, fault, "of no device");
            if (device != null) {
                @Nullable ObjectId table =
                        fault.attachment() == 0
                                ? device.attachedTo()
                                : device.pasids().get(fault.attachment());
                require(Objects.equals(queueOf(table), queue.id()), fault, device);
            }
        }
    }

    private @Nullable ObjectId queueOf(@Nullable ObjectId table) {
        return switch (table == null ? null : context.find(table).orElse(null)) {
            case HwptPaging paging -> paging.faultQueue();
            case HwptNested nested -> nested.faultQueue();
            case null, default -> null;
        };
    }

    /// A queue holds no more than its depth, and its marker is the newest event.
    private void events(Veventq queue) {
        require(context.events(queue.id()).size() <= queue.depth(), queue, "is too full");
        require(
                queue.lostAt() == null
                        || queue.nextSequence() == (queue.lostAt() + 1 & Integer.MAX_VALUE),
                queue);
        context.events(queue.id())
                .forEach(event -> require(event.sequence() < queue.nextSequence(), queue, event));
    }
}
