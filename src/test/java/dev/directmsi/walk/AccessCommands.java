package dev.directmsi.walk;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AccessRw;
import dev.directmsi.iommufd.command.AddReserved;
import dev.directmsi.iommufd.command.CreateAccess;
import dev.directmsi.iommufd.command.DestroyAccess;
import dev.directmsi.iommufd.command.PinPages;
import dev.directmsi.iommufd.command.ReplaceAccessIoas;
import dev.directmsi.iommufd.command.SetProcess;
import dev.directmsi.iommufd.command.UnpinPages;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.VmmProcess;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Commands of the kernel's test driver that are about address spaces.
record AccessCommands(Choice choice) {

    Command<?> create() {
        return new CreateAccess(choice.id(Ioas.class), choice.often(95) ? choice.below(2) : 2);
    }

    Command<?> destroy() {
        return new DestroyAccess(choice.id(KernelAccess.class));
    }

    Command<?> replace() {
        return new ReplaceAccessIoas(choice.id(KernelAccess.class), choice.id(Ioas.class));
    }

    Command<?> pin() {
        Mapping area = area();
        return new PinPages(
                choice.id(KernelAccess.class),
                area.first() + choice.of(0, 0, choice.page(), PageModel.PAGE),
                choice.of(choice.page(), choice.page() * 2, 0x10),
                null,
                choice.below(2));
    }

    Command<?> unpin() {
        List<KernelAccess> holding =
                choice.context().all(KernelAccess.class).stream()
                        .filter(access -> !access.pins().isEmpty())
                        .toList();
        if (holding.isEmpty()) {
            return new UnpinPages(choice.id(KernelAccess.class), choice.below(4));
        }
        KernelAccess access = choice.of(holding);
        return new UnpinPages(access.id(), choice.of(access.pins()).number());
    }

    Command<?> readWrite() {
        Mapping area = area();
        boolean write = choice.often(50);
        var data = new byte[(int) choice.of(8, 0x1000, 0x2000)];
        Arrays.fill(data, (byte) choice.below(256));
        return new AccessRw(
                choice.id(KernelAccess.class),
                area.first() + choice.below(0x1000),
                data.length,
                (write ? AccessRw.WRITE : 0) | (choice.often(30) ? AccessRw.SLOW_PATH : 0),
                write ? data : null);
    }

    Command<?> reserve() {
        return new AddReserved(
                choice.id(Ioas.class),
                choice.of(0x1_0000, 0x5000_0000, 0x4002_0000) + choice.below(4) * PageModel.PAGE,
                choice.of(1, 0x800, 0x1000, 0));
    }

    Command<?> process() {
        return new SetProcess(
                choice.of(0x8_0000, 0x10_0000, 0x40_0000),
                choice.often(30) ? Set.of(VmmProcess.Capability.CAP_IPC_LOCK) : Set.of(),
                null);
    }

    /// Some mapping of some IOAS, or one that there is not.
    private Mapping area() {
        return choice.area(choice.id(Ioas.class));
    }
}
