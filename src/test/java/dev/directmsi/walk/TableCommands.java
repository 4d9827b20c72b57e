package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AnswerFaults;
import dev.directmsi.iommufd.command.AttachPasid;
import dev.directmsi.iommufd.command.DetachPasid;
import dev.directmsi.iommufd.command.GetDirtyBitmap;
import dev.directmsi.iommufd.command.ReadFaults;
import dev.directmsi.iommufd.command.SetDirtyTracking;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.stream.Stream;

/// Commands about page tables that are in use: dirty pages, PASIDs and page requests.
record TableCommands(Choice choice) {

    private ObjectId tracking() {
        return choice.id(HwptPaging.class, hwpt -> hwpt.flags().contains(HwptFlag.DIRTY_TRACKING));
    }

    /// How many page tables can track dirty pages.
    static int trackers(Choice choice) {
        return (int)
                choice.context().all(HwptPaging.class).stream()
                        .filter(hwpt -> hwpt.flags().contains(HwptFlag.DIRTY_TRACKING))
                        .count();
    }

    Command<?> setDirtyTracking() {
        return new SetDirtyTracking(tracking(), choice.often(96) ? choice.of(1, 1, 0) : 2);
    }

    Command<?> readDirtyPages() {
        ObjectId id = tracking();
        Mapping area =
                choice.area(
                        choice.context()
                                .find(id, HwptPaging.class)
                                .map(HwptPaging::ioas)
                                .orElse(id));
        NavigableSet<Long> dirty = choice.context().dirtyPages(id);
        if (!dirty.isEmpty() && choice.often(60)) {
            long page = choice.page();
            return new GetDirtyBitmap(id, dirty.first() & -page, page, page, choice.below(2));
        }
        long page = choice.often(80) ? choice.page() : choice.of(0x800, 0x2000, 0, 1L << 16);
        return new GetDirtyBitmap(
                id,
                choice.often(90) ? area.first() : 0,
                choice.often(80) ? area.length() : choice.page() * choice.of(0, 1, 2, 0x40),
                page,
                choice.often(95) ? choice.below(2) : 2);
    }

    /// Few numbers, so that they meet; 1024 is the one that the mock refuses every second time.
    static int pasid(Choice choice) {
        return (int) choice.of(1, 1, 2, 2, 3, 1024, choice.often(20) ? 0 : 1, 1 << 20);
    }

    Command<?> attachPasid() {
        return new AttachPasid(
                choice.id(Device.class, device -> hasPasids(choice, device)),
                pasid(choice),
                table(choice));
    }

    /// Mostly one that takes PASIDs.
    static ObjectId table(Choice choice) {
        return choice.often(8)
                ? choice.id(IommufdObject.class)
                : choice.id(HwptPaging.class, HwptPaging::isPasidCompatible);
    }

    static boolean hasPasids(Choice choice, Device device) {
        return choice.context().function(device).pasidBits() > 0;
    }

    Command<?> detachPasid() {
        ObjectId device = choice.id(Device.class, bound -> !bound.pasids().isEmpty());
        List<Integer> attached =
                choice.context()
                        .find(device, Device.class)
                        .map(bound -> List.copyOf(bound.pasids().keySet()))
                        .orElse(List.of());
        return new DetachPasid(
                device,
                attached.isEmpty() || choice.often(10) ? pasid(choice) : choice.of(attached));
    }

    /// Whether something that a device is attached to has a fault queue.
    static boolean asksForPages(Choice choice, Device device) {
        return Stream.concat(
                        Stream.ofNullable(device.attachedTo()), device.pasids().values().stream())
                .anyMatch(id -> hasQueue(choice, id));
    }

    static boolean hasQueue(Choice choice, ObjectId table) {
        return switch (choice.context().find(table).orElse(null)) {
            case HwptPaging paging -> paging.faultQueue() != null;
            case HwptNested nested -> nested.faultQueue() != null;
            case null, default -> false;
        };
    }

    Command<?> readFaults() {
        return new ReadFaults(queue(false), choice.often(95) ? 1 + choice.below(3) : 0);
    }

    private ObjectId queue(boolean read) {
        return choice.id(
                FaultQueue.class,
                queue ->
                        choice.context().faults(queue.id()).stream()
                                .anyMatch(fault -> fault.isRead() == read));
    }

    Command<?> answerFaults() {
        ObjectId id = queue(true);
        var answers = new ArrayList<AnswerFaults.Answer>();
        for (PageFault fault : choice.context().faults(id)) {
            if (choice.often(85)) {
                answers.add(
                        new AnswerFaults.Answer(
                                choice.often(92) ? fault.cookie() : 99,
                                choice.often(95) ? choice.below(2) : 2));
            }
        }
        return new AnswerFaults(id, answers);
    }
}
