package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.BindDevice;
import dev.directmsi.iommufd.command.ClearMsiTarget;
import dev.directmsi.iommufd.command.ClearVector;
import dev.directmsi.iommufd.command.DetachDevice;
import dev.directmsi.iommufd.command.DisableIrqs;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.command.EnableIrqs;
import dev.directmsi.iommufd.command.MsiWrite;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.command.ResetDevice;
import dev.directmsi.iommufd.command.SetBusMaster;
import dev.directmsi.iommufd.command.SetMsiTarget;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Commands about a bound device, and the bind itself.
record DeviceCommands(Choice choice) {

    /// Doorbells as guests see them; one inside RAM on purpose, one beyond a small output size.
    private static final long[] DOORBELLS = {
        0x0809_0040L,
        0x0809_0040L,
        0x0819_0040L,
        0x4001_0040L,
        0x0809_1040L,
        0x0809_0044L,
        0x200_0000_0040L
    };

    /// Guest addresses: translated, over 4 GiB, equal to a doorbell, and one with a bad offset.
    private static final long[] GUEST_VAS = {
        0xffff_f040L, 0xffff_f040L, 0x0800_0040L, 0x1_0000_0040L, 0x0809_0040L, 0x0800_0044L
    };

    private ObjectId device() {
        return choice.id(Device.class);
    }

    /// Mostly one that can be programmed: on some page table, and with a target.
    private ObjectId ready() {
        return choice.often(25)
                ? device()
                : choice.id(
                        Device.class,
                        device -> device.attachedTo() != null && device.target() != null);
    }

    private ObjectId attached() {
        return choice.often(25)
                ? device()
                : choice.id(Device.class, device -> device.attachedTo() != null);
    }

    Command<?> bind() {
        List<PciFunction> all = choice.context().host().devices();
        List<PciFunction> free = all.stream().filter(this::isFree).toList();
        List<PciFunction> functions = free.isEmpty() || choice.often(15) ? all : free;
        return new BindDevice(choice.often(99) ? choice.of(functions).name() : "0000:09:00.0");
    }

    private boolean isFree(PciFunction function) {
        var context = choice.context();
        return !context.claims().groupTakenElsewhere(function.group())
                && context.relations().group(function.group()).stream()
                        .noneMatch(device -> device.function().equals(function.name()));
    }

    Command<?> unbind() {
        return new UnbindDevice(device(), choice.often(97) ? null : 1L);
    }

    Command<?> attach() {
        ObjectId device =
                choice.often(30)
                        ? device()
                        : choice.id(Device.class, bound -> bound.attachedTo() == null);
        return new AttachDevice(
                device,
                switch (choice.below(10)) {
                    case 0 -> choice.id(IommufdObject.class);
                    case 1 -> choice.id(Ioas.class);
                    case 2, 3 -> choice.id(HwptPaging.class);
                    case 4, 5, 6, 7 -> choice.id(HwptNested.class, hwpt -> knows(hwpt, device));
                    default -> choice.id(HwptPaging.class, HwptPaging::isDirect);
                });
    }

    /// Whether the vIOMMU of a nested page table knows a device.
    private boolean knows(HwptNested hwpt, ObjectId device) {
        return choice.context()
                .relations()
                .vdeviceOf(device)
                .filter(vdevice -> vdevice.viommu().equals(hwpt.viommu()))
                .isPresent();
    }

    Command<?> detach() {
        return new DetachDevice(device(), choice.often(40));
    }

    Command<?> target() {
        long doorbell = choice.of(DOORBELLS);
        return switch (choice.below(20)) {
            case 0 -> new SetMsiTarget(device(), null, null);
            case 1 -> new SetMsiTarget(device(), new Ipa(doorbell), new Ipa(doorbell));
            case 2, 3, 4, 5, 6 -> new SetMsiTarget(device(), new Ipa(doorbell - 0x1_0040), null);
            default -> new SetMsiTarget(device(), null, new Ipa(doorbell));
        };
    }

    Command<?> clearTarget() {
        return new ClearMsiTarget(device());
    }

    Command<?> vectors() {
        var requests = new ArrayList<ProgramVectors.Request>();
        int first = choice.often(60) ? 0 : choice.below(3);
        for (int i = choice.often(70) ? 0 : choice.below(3); i >= 0; i--) {
            requests.add(
                    new ProgramVectors.Request(
                            choice.often(50) ? first + i : choice.below(4),
                            choice.of(GUEST_VAS),
                            choice.below(4),
                            hint(),
                            choice.often(50),
                            choice.often(10)));
        }
        return new ProgramVectors(ready(), requests);
    }

    private ProgramVectors.@Nullable TargetHint hint() {
        return choice.often(80)
                ? null
                : new ProgramVectors.TargetHint(null, new Ipa(choice.of(DOORBELLS)));
    }

    Command<?> clearVector() {
        return new ClearVector(ready(), choice.below(5) - 1);
    }

    private IrqType type(ObjectId id) {
        boolean msix =
                choice.context()
                        .find(id, Device.class)
                        .map(device -> choice.context().function(device).msixVectors() > 0)
                        .orElse(false);
        return msix == choice.often(85) ? IrqType.MSIX : IrqType.MSI;
    }

    Command<?> enable() {
        ObjectId id = ready();
        return new EnableIrqs(
                id, type(id), choice.often(75) ? 0 : choice.below(4), choice.of(1, 1, 2, 3, 4, 0));
    }

    Command<?> disable() {
        ObjectId id = device();
        return new DisableIrqs(id, type(id));
    }

    Command<?> reset() {
        return new ResetDevice(device());
    }

    Command<?> busMaster() {
        return new SetBusMaster(device(), choice.often(80));
    }

    Command<?> msiWrite() {
        return choice.often(50)
                ? new MsiWrite(attached(), choice.below(4), null)
                : new MsiWrite(
                        attached(),
                        null,
                        new MsiMessage(
                                choice.often(60) ? choice.of(GUEST_VAS) : choice.of(DOORBELLS),
                                choice.below(8)));
    }

    /// A device whose page table marks what it writes.
    private ObjectId tracked() {
        return choice.id(
                Device.class,
                device ->
                        device.attachedTo() != null
                                && choice.context()
                                        .find(device.attachedTo(), HwptPaging.class)
                                        .filter(hwpt ->
                                                hwpt.flags().contains(HwptFlag.DIRTY_TRACKING))
                                        .isPresent());
    }

    private ObjectId reporting() {
        return choice.id(Device.class, device -> device.eventStreamId() != null);
    }

    private @Nullable Integer pasid() {
        return choice.often(80) ? null : (Integer) (1 + choice.below(3));
    }

    Command<?> dma() {
        long iova = choice.of(0x4000_0000L, 0x4000_8000L, 0xffff_f000L, 0x0809_0000L, 0);
        int length = (int) choice.of(4, 64, 0x1000, 0x2004);
        boolean write = choice.often(60);
        return new Dma(
                choice.of(List.of(tracked(), attached(), reporting())),
                write ? Access.WRITE : Access.READ,
                iova + choice.of(0, 0x40, 0xffc),
                length,
                pasid(),
                write ? new byte[length] : null);
    }
}
