package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocIoas;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.CreateRegion;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Device;
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

    static List<Function<Choice, Command<?>>> of(GuestMemory memory) {
        return List.of(
                _ -> new CreateRegion(RAM, 0x10_0000, Access.READ_WRITE, null),
                _ -> new AllocIoas(),
                choice ->
                        new MapPages(
                                choice.id(Ioas.class),
                                new Backing.UserMemory(RAM),
                                0x1_0000,
                                new Iova(0x4000_0000L),
                                Access.READ_WRITE),
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
                choice ->
                        new AllocViommu(
                                choice.id(Device.class),
                                choice.id(HwptPaging.class),
                                Viommu.ARM_SMMUV3,
                                0,
                                DriverData.NONE),
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
