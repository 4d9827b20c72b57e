package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocFaultQueue;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.CreateRegion;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.MockDomain;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// How a virtual machine begins: most walks start from here, since chance alone seldom gets so far.
/// What a host does not allow is refused, and the walk goes on without it.
final class Prologue {

    private static final UserVa RAM = new UserVa(0x7f00_0000_0000L);

    private Prologue() {}

    /// The one that suits the host and the dice.
    static List<Function<Choice, Command<?>>> of(Choice choice, GuestMemory memory) {
        if (choice.onMockHost()) {
            return testMachine();
        }
        return choice.often(25) ? tracking() : nesting(memory);
    }

    /// Devices on page tables of their own, with all that such tables can have.
    private static List<Function<Choice, Command<?>>> tracking() {
        return List.of(
                _ -> new CreateRegion(RAM, 0x10_0000, Access.READ_WRITE, null),
                _ -> new AllocIoas(),
                Prologue::map,
                _ -> new AllocFaultQueue(0),
                choice -> new DeviceCommands(choice).bind(),
                choice -> new DeviceCommands(choice).bind(),
                choice -> table(choice, HwptFlag.PASID, HwptFlag.FAULT_ID_VALID),
                choice -> table(choice, HwptFlag.PASID, HwptFlag.DIRTY_TRACKING),
                choice -> attach(choice, 0),
                choice -> attach(choice, 1),
                choice -> new TableCommands(choice).attachPasid(),
                choice -> new TableCommands(choice).attachPasid(),
                choice -> new TableCommands(choice).setDirtyTracking());
    }

    /// The same on the test machine, and a guest with its events.
    private static List<Function<Choice, Command<?>>> testMachine() {
        return List.of(
                _ -> new CreateRegion(RAM, 0x10_0000, Access.READ_WRITE, null),
                _ -> new AllocIoas(),
                Prologue::map,
                choice -> new MockDomain(choice.id(Ioas.class), 4),
                choice -> new MockDomain(choice.id(Ioas.class), 0),
                _ -> new AllocFaultQueue(0),
                choice -> table(choice, HwptFlag.PASID, HwptFlag.DIRTY_TRACKING),
                choice -> table(choice, HwptFlag.NEST_PARENT),
                choice -> new MockCommands(choice).viommu(),
                choice -> vdevice(choice, 1),
                choice -> new MockCommands(choice).veventq(),
                choice -> new MockCommands(choice).nested(),
                choice -> new MockCommands(choice).replace(),
                choice -> new MockCommands(choice).replace(),
                choice -> new MockCommands(choice).attachPasid(),
                choice -> new TableCommands(choice).setDirtyTracking());
    }

    private static Command<?> map(Choice choice) {
        return new MapPages(
                choice.id(Ioas.class),
                new Backing.UserMemory(RAM),
                0x1_0000,
                new Iova(0x4000_0000L),
                Access.READ_WRITE);
    }

    private static Command<?> table(Choice choice, HwptFlag... flags) {
        return new AllocHwpt(
                choice.id(Device.class),
                choice.id(Ioas.class),
                Set.of(flags),
                0,
                DriverData.NONE,
                choice.id(FaultQueue.class));
    }

    /// A guest with a stage 1 of its own, and its interrupts.
    private static List<Function<Choice, Command<?>>> nesting(GuestMemory memory) {
        return List.of(
                _ -> new CreateRegion(RAM, 0x10_0000, Access.READ_WRITE, null),
                _ -> new AllocIoas(),
                Prologue::map,
                choice -> new DeviceCommands(choice).bind(),
                choice -> new DeviceCommands(choice).bind(),
                choice ->
                        new AllocHwpt(
                                choice.id(Device.class),
                                choice.id(Ioas.class),
                                choice.often(80)
                                        ? Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI)
                                        : Set.of(HwptFlag.NEST_PARENT),
                                0,
                                DriverData.NONE,
                                null),
                choice -> new NestingCommands(choice, memory).viommu(),
                choice -> vdevice(choice, 0),
                choice -> vdevice(choice, 1),
                choice -> new AllocVeventq(choice.id(Viommu.class), 1, 1 + choice.below(3), 0),
                memory::build,
                choice -> new NestingCommands(choice, memory).nested(),
                choice -> target(choice, 0),
                choice -> target(choice, 1),
                choice -> attach(choice, 0),
                choice -> attach(choice, 1),
                choice -> vector(choice, 0),
                choice -> vector(choice, 1));
    }

    private static Command<?> vdevice(Choice choice, int number) {
        return new AllocVdevice(choice.id(Viommu.class), device(choice, number), number);
    }

    private static Command<?> target(Choice choice, int number) {
        return new SetMsiTarget(device(choice, number), null, new Ipa(0x0809_0040L));
    }

    private static Command<?> attach(Choice choice, int number) {
        return new AttachDevice(
                device(choice, number),
                choice.has(HwptNested.class)
                        ? choice.id(HwptNested.class)
                        : choice.id(HwptPaging.class));
    }

    private static Command<?> vector(Choice choice, int number) {
        return new ProgramVectors(
                device(choice, number),
                List.of(
                        new ProgramVectors.Request(
                                0, 0xffff_f040L, number, null, true, choice.often(10))));
    }

    private static ObjectId device(Choice choice, int number) {
        List<Device> devices = choice.context().all(Device.class);
        return devices.isEmpty()
                ? choice.id(Device.class)
                : devices.get(number % devices.size()).id();
    }
}
