package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.AllocFaultQueue;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.CloseHandle;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Draws the next command from all that change state, with weights that keep a context small and
/// busy: what is missing is likely to be made, what is plenty is likely to go.
final class CommandSource {

    private record Draw(int weight, Supplier<Command<?>> command) {}

    private final List<Draw> draws = new ArrayList<>();
    private final Choice choice;

    private CommandSource(Choice choice, GuestMemory memory) {
        this.choice = choice;
        var space = new SpaceCommands(choice);
        var devices = new DeviceCommands(choice);
        var nesting = new NestingCommands(choice, memory);
        draw(choice.has(Ioas.class) ? 2 : 40, AllocIoas::new);
        draw(choice.count(Ioas.class) < 3 ? 6 : 0, AllocIoas::new);
        draw(choice.context().regions().isEmpty() ? 30 : 2, space::region);
        draw(3, space::removeRegion);
        draw(1, space::file);
        draw(1, space::removeFile);
        draw(choice.has(Ioas.class) ? 16 : 0, space::map);
        draw(choice.has(Ioas.class) ? 3 : 0, space::batch);
        draw(choice.has(Ioas.class) ? 6 : 0, space::copy);
        draw(choice.has(Ioas.class) ? 10 : 0, space::unmap);
        draw(choice.has(Ioas.class) ? 3 : 0, space::allow);
        draw(choice.has(Ioas.class) ? 1 : 0, space::hugePages);
        draw(choice.has(Ioas.class) ? 1 : 0, space::vfioIoas);
        var accesses = new AccessCommands(choice);
        draw(choice.has(Ioas.class) ? choice.has(KernelAccess.class) ? 1 : 4 : 0, accesses::create);
        int accessesWeight = choice.has(KernelAccess.class) ? 1 : 0;
        draw(accessesWeight, accesses::destroy);
        draw(2 * accessesWeight, accesses::replace);
        draw(6 * accessesWeight, accesses::pin);
        draw(5 * accessesWeight, accesses::unpin);
        draw(4 * accessesWeight, accesses::readWrite);
        draw(choice.has(Ioas.class) ? 1 : 0, accesses::reserve);
        draw(1, accesses::process);
        draw(choice.count(Device.class) < 4 ? 20 : 3, devices::bind);
        int devicesWeight = choice.has(Device.class) ? 1 : 0;
        draw(devicesWeight, devices::unbind);
        draw(16 * devicesWeight, devices::attach);
        draw(6 * devicesWeight, devices::detach);
        if (choice.onMockHost()) {
            mocks(new MockCommands(choice));
            draw(devicesWeight, devices::target);
            draw(devicesWeight, devices::vectors);
            draw(devicesWeight, devices::enable);
            draw(devicesWeight, devices::dma);
            draw(devicesWeight, nesting::plan);
            draw(4 * devicesWeight, nesting::vdevice);
        } else {
            smmus(devices, nesting);
        }
        int parents = choice.has(HwptPaging.class) ? devicesWeight : 0;
        draw(choice.has(Veventq.class) ? 8 : 0, nesting::readEvents);
        draw(choice.has(Ioas.class) ? 5 : 0, () -> memory.build(choice));
        draw(choice.context().regions().isEmpty() ? 0 : 2, () -> memory.write(choice));
        draw(
                choice.has(FaultQueue.class) ? 1 : 5,
                () -> new AllocFaultQueue(choice.often(95) ? 0 : 1));
        var compat = new CompatCommands(choice);
        boolean hasCompat = choice.context().info().compatIoas() != null;
        draw(hasCompat ? 4 : 0, compat::map);
        draw(hasCompat ? 4 : 0, compat::unmap);
        draw(hasCompat ? 3 : 0, compat::setIommu);
        draw(choice.context().objects().isEmpty() ? 60 : 1, compat::rlimitMode);
        draw(1, compat::changeProcess);
        var tables = new TableCommands(choice);
        int trackers = Math.min(3, TableCommands.trackers(choice));
        draw(parents + trackers, tables::setDirtyTracking);
        draw(parents + 4 * trackers, tables::readDirtyPages);
        draw(5 * parents, tables::attachPasid);
        draw(2 * parents, tables::detachPasid);
        draw(hasFaults(false) ? 30 : 1, tables::readFaults);
        draw(hasFaults(true) ? 30 : 1, tables::answerFaults);
        draw(1, this::closeHandle);
        draw(choice.context().objects().size() / 3, this::destroy);
    }

    /// What is drawn besides where devices are behind SMMUs.
    private void smmus(DeviceCommands devices, NestingCommands nesting) {
        int devicesWeight = choice.has(Device.class) ? 1 : 0;
        draw(10 * devicesWeight, devices::target);
        draw(3 * devicesWeight, devices::clearTarget);
        draw(16 * devicesWeight, devices::vectors);
        draw(12 * devicesWeight, devices::clearVector);
        draw(14 * devicesWeight, devices::enable);
        draw(4 * devicesWeight, devices::disable);
        draw(2 * devicesWeight, devices::reset);
        draw(2 * devicesWeight, devices::busMaster);
        draw(7 * devicesWeight, devices::msiWrite);
        draw(7 * devicesWeight, devices::dma);
        draw((choice.count(HwptPaging.class) < 4 ? 12 : 2) * devicesWeight, nesting::hwpt);
        draw(3 * devicesWeight, nesting::plan);
        int parents = choice.has(HwptPaging.class) ? devicesWeight : 0;
        draw((choice.count(Viommu.class) < 3 ? 8 : 1) * parents, nesting::viommu);
        int viommus = choice.has(Viommu.class) ? devicesWeight : 0;
        draw(8 * viommus, nesting::vdevice);
        draw((choice.count(HwptNested.class) < 3 ? 10 : 1) * viommus, nesting::nested);
        draw(5 * viommus, nesting::veventq);
        draw(3 * viommus, nesting::hwQueue);
        draw(3 * viommus, nesting::invalidate);
    }

    /// What is drawn besides on the kernel's test machine.
    private void mocks(MockCommands mocks) {
        int devices = choice.has(Device.class) ? 1 : 0;
        int tables = choice.has(HwptPaging.class) ? devices : 0;
        int viommus = choice.has(Viommu.class) ? devices : 0;
        draw(choice.count(Device.class) < 5 ? 20 : 3, mocks::domain);
        draw(20 * devices, mocks::replace);
        draw(12 * devices, mocks::attachPasid);
        draw(6 * devices, mocks::detachPasid);
        draw((choice.count(HwptPaging.class) < 6 ? 14 : 2) * devices, mocks::table);
        draw((choice.count(HwptNested.class) < 4 ? 14 : 2) * tables, mocks::nested);
        draw((choice.count(Viommu.class) < 3 ? 10 : 1) * tables, mocks::viommu);
        draw(5 * viommus, mocks::veventq);
        draw(12 * viommus, mocks::event);
        draw(5 * viommus, mocks::hwQueue);
        draw(6 * tables, mocks::invalidate);
        draw(asksForPages() ? 24 : 4 * devices, mocks::request);
        draw(3, mocks::dmaBuf);
        draw(3, mocks::revoke);
        draw(8 * tables, mocks::markDirty);
        draw(2 * viommus, mocks::mapWindow);
        draw(2 * viommus, mocks::unmapWindow);
    }

    static Command<?> next(ContextView context, RandomGenerator random, GuestMemory memory) {
        return new CommandSource(new Choice(context, random), memory).next();
    }

    /// Whether a device is on a page table that has its page requests queued.
    private boolean asksForPages() {
        return choice.context().all(Device.class).stream()
                .anyMatch(device -> TableCommands.asksForPages(choice, device));
    }

    private boolean hasFaults(boolean read) {
        return choice.context().all(FaultQueue.class).stream()
                .flatMap(queue -> choice.context().faults(queue.id()).stream())
                .anyMatch(fault -> fault.isRead() == read);
    }

    private void draw(int weight, Supplier<Command<?>> command) {
        draws.add(new Draw(weight, command));
    }

    private Command<?> next() {
        int point = choice.below(draws.stream().mapToInt(Draw::weight).sum());
        for (Draw draw : draws) {
            point -= draw.weight;
            if (point < 0) {
                return draw.command.get();
            }
        }
        throw new AssertionError("weights do not add up");
    }

    private Command<?> closeHandle() {
        return new CloseHandle(
                choice.often(50) ? choice.id(Veventq.class) : choice.id(FaultQueue.class));
    }

    private Command<?> destroy() {
        List<IommufdObject> free =
                choice.context().objects().stream()
                        .filter(object ->
                                choice.context().relations().usersOf(object.id()).isEmpty()
                                        && !(object instanceof Device))
                        .toList();
        ObjectId id =
                free.isEmpty() || choice.often(20)
                        ? choice.id(IommufdObject.class)
                        : choice.of(free).id();
        return new DestroyObject(id, choice.often(97) ? null : 1L);
    }
}
