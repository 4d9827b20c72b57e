package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocHwQueue;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.AttachMockPasid;
import dev.directmsi.iommufd.command.DetachMockPasid;
import dev.directmsi.iommufd.command.GetDmaBuf;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.command.MapWindow;
import dev.directmsi.iommufd.command.MarkDirty;
import dev.directmsi.iommufd.command.MockDomain;
import dev.directmsi.iommufd.command.ReplaceMockDomain;
import dev.directmsi.iommufd.command.RequestPage;
import dev.directmsi.iommufd.command.RevokeDmaBuf;
import dev.directmsi.iommufd.command.TriggerVevent;
import dev.directmsi.iommufd.command.UnmapWindow;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Commands that only the kernel's test machine has, or that its driver wants in its own words.
record MockCommands(Choice choice) {

    private static final List<Set<HwptFlag>> FLAGS =
            List.of(
                    Set.of(),
                    Set.of(HwptFlag.NEST_PARENT),
                    Set.of(HwptFlag.NEST_PARENT),
                    Set.of(HwptFlag.DIRTY_TRACKING),
                    Set.of(HwptFlag.DIRTY_TRACKING, HwptFlag.PASID),
                    Set.of(HwptFlag.PASID),
                    Set.of(HwptFlag.FAULT_ID_VALID),
                    Set.of(HwptFlag.FAULT_ID_VALID),
                    Set.of(HwptFlag.FAULT_ID_VALID, HwptFlag.PASID));

    /// A device on an IOAS or a page table.
    Command<?> domain() {
        return new MockDomain(
                choice.often(60) ? choice.id(Ioas.class) : choice.id(HwptPaging.class),
                (int) choice.of(0, 1, 4, 5, choice.often(10) ? 2 : 4));
    }

    Command<?> replace() {
        return new ReplaceMockDomain(
                choice.id(MockDevice.class),
                switch (choice.below(4)) {
                    case 0 -> choice.id(Ioas.class);
                    case 1 -> choice.id(HwptPaging.class);
                    default -> choice.id(HwptNested.class);
                });
    }

    Command<?> attachPasid() {
        return new AttachMockPasid(
                choice.id(MockDevice.class, mock -> hasPasids(mock.device())),
                TableCommands.pasid(choice),
                choice.often(20) ? choice.id(HwptNested.class) : TableCommands.table(choice),
                choice.often(40));
    }

    private boolean hasPasids(ObjectId id) {
        return choice.context()
                .find(id, Device.class)
                .filter(device -> TableCommands.hasPasids(choice, device))
                .isPresent();
    }

    Command<?> detachPasid() {
        List<MockDevice> holding =
                choice.context().all(MockDevice.class).stream()
                        .filter(mock -> !pasids(mock).isEmpty())
                        .toList();
        if (holding.isEmpty() || choice.often(10)) {
            return new DetachMockPasid(choice.id(MockDevice.class), TableCommands.pasid(choice));
        }
        MockDevice mock = choice.of(holding);
        return new DetachMockPasid(mock.id(), choice.of(pasids(mock)));
    }

    private List<Integer> pasids(MockDevice mock) {
        return choice.context()
                .find(mock.device(), Device.class)
                .map(device -> List.copyOf(device.pasids().keySet()))
                .orElse(List.of());
    }

    Command<?> table() {
        Set<HwptFlag> flags = choice.of(FLAGS);
        boolean dirty = flags.contains(HwptFlag.DIRTY_TRACKING);
        return new AllocHwpt(
                choice.id(
                        Device.class,
                        device -> !dirty || choice.context().function(device).dirtyTracking()),
                choice.id(Ioas.class),
                flags,
                0,
                choice.often(75) ? DriverData.NONE : data(0, choice.below(3)),
                choice.id(FaultQueue.class));
    }

    /// On a nest parent, or on a vIOMMU.
    Command<?> nested() {
        return new AllocHwpt(
                choice.id(Device.class),
                choice.often(50)
                        ? choice.id(HwptPaging.class, HwptPaging::isNestParent)
                        : choice.id(Viommu.class),
                choice.of(
                        List.of(Set.of(), Set.of(HwptFlag.FAULT_ID_VALID), Set.of(HwptFlag.PASID))),
                0,
                data(0xbadce),
                choice.id(FaultQueue.class));
    }

    private static DriverData data(int... words) {
        return new DriverData(DriverData.SELFTEST, bytes(words));
    }

    private static byte[] bytes(int... words) {
        var buffer =
                ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            buffer.putInt(word);
        }
        return buffer.array();
    }

    Command<?> viommu() {
        return new AllocViommu(
                choice.id(Device.class),
                choice.id(HwptPaging.class, HwptPaging::isNestParent),
                choice.often(95) ? Viommu.SELFTEST : Viommu.ARM_SMMUV3,
                0,
                choice.often(50) ? DriverData.NONE : data(7, 0, 0, 0, 0, 0));
    }

    Command<?> veventq() {
        return new AllocVeventq(
                choice.id(Viommu.class), Veventq.SELFTEST, choice.of(0, 1, 2, 2), 0);
    }

    Command<?> event() {
        return new TriggerVevent(choice.id(Device.class, device -> device.eventStreamId() != null));
    }

    Command<?> hwQueue() {
        Mapping area = choice.area(choice.id(Ioas.class));
        return new AllocHwQueue(
                choice.id(Viommu.class),
                HwQueue.SELFTEST,
                choice.below(choice.often(90) ? 2 : 3),
                area.first(),
                choice.of(0x800, choice.page(), area.length(), 0x10),
                0);
    }

    /// Of a nested table's words, or of a device behind a vIOMMU.
    Command<?> invalidate() {
        int flags = choice.often(90) ? choice.below(2) : 2;
        int word = choice.often(90) ? choice.below(4) : 4;
        return choice.often(50)
                ? new InvalidateHwpt(
                        choice.id(HwptNested.class),
                        new UserArray(UserArray.SELFTEST, 1, 8, bytes(flags, word)))
                : new InvalidateHwpt(
                        choice.id(Viommu.class),
                        new UserArray(
                                UserArray.SELFTEST,
                                2,
                                12,
                                bytes(0, choice.below(6), 0, flags, choice.below(6), word)));
    }

    /// Mostly of a device, and with a PASID, whose page table asks.
    Command<?> request() {
        ObjectId id = choice.id(Device.class, device -> TableCommands.asksForPages(choice, device));
        Device device = choice.context().find(id, Device.class).orElse(null);
        List<Integer> asking =
                device == null
                        ? List.of()
                        : device.pasids().entrySet().stream()
                                .filter(entry -> TableCommands.hasQueue(choice, entry.getValue()))
                                .map(Map.Entry::getKey)
                                .toList();
        boolean own =
                device != null
                        && device.attachedTo() != null
                        && TableCommands.hasQueue(choice, device.attachedTo());
        int pasid = choice.often(10) ? TableCommands.pasid(choice) : 0;
        return new RequestPage(
                id,
                !own && !asking.isEmpty() ? choice.of(asking) : pasid,
                choice.below(4),
                1 + choice.below(3),
                choice.of(0x4000_0000L, 0, 0x123));
    }

    Command<?> dmaBuf() {
        return new GetDmaBuf(
                "buf" + choice.below(2), choice.of(0x4000, 0x1_0000, 0x1_0000, 0x20_0001));
    }

    Command<?> revoke() {
        return new RevokeDmaBuf(
                (choice.often(90) ? "buf" : "file") + choice.below(2), choice.often(50));
    }

    Command<?> markDirty() {
        ObjectId id = choice.id(HwptPaging.class, HwptPaging::dirtyTracking);
        Mapping area =
                choice.area(
                        choice.context()
                                .find(id, HwptPaging.class)
                                .map(HwptPaging::ioas)
                                .orElse(id));
        var pages = new ArrayList<Long>();
        for (int i = choice.below(4); i >= 0; i--) {
            pages.add((long) choice.below(16));
        }
        return new MarkDirty(id, area.first(), choice.page() * 16, choice.page() / 2, pages);
    }

    Command<?> mapWindow() {
        List<MmapWindow> windows = windows();
        long offset = windows.isEmpty() ? choice.page() : choice.of(windows).offset();
        return new MapWindow(offset, choice.page() * choice.of(2, 2, 2, 1), true, false);
    }

    Command<?> unmapWindow() {
        List<MmapWindow> windows =
                windows().stream().filter(window -> window.mappings() > 0).toList();
        return new UnmapWindow(windows.isEmpty() ? choice.page() : choice.of(windows).offset());
    }

    private List<MmapWindow> windows() {
        return choice.context().all(Viommu.class).stream()
                .map(Viommu::window)
                .filter(Objects::nonNull)
                .toList();
    }
}
