package dev.directmsi.walk;

import dev.directmsi.address.Ipa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.AllocHwQueue;
import dev.directmsi.iommufd.command.AllocHwpt;
import dev.directmsi.iommufd.command.AllocVdevice;
import dev.directmsi.iommufd.command.AllocVeventq;
import dev.directmsi.iommufd.command.AllocViommu;
import dev.directmsi.iommufd.command.InvalidateHwpt;
import dev.directmsi.iommufd.command.PlanMsi;
import dev.directmsi.iommufd.command.ReadVevents;
import dev.directmsi.iommufd.driver.DriverData;
import dev.directmsi.iommufd.driver.UserArray;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/// Commands about page tables, and what a guest's SMMU is made of.
record NestingCommands(Choice choice, GuestMemory memory) {

    private static final Set<HwptFlag> DIRECT = Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI);

    private static final List<Set<HwptFlag>> FLAGS =
            List.of(
                    DIRECT,
                    DIRECT,
                    DIRECT,
                    DIRECT,
                    Set.of(HwptFlag.NEST_PARENT),
                    Set.of(HwptFlag.NEST_PARENT),
                    Set.of(),
                    Set.of(HwptFlag.DIRECT_MSI),
                    Set.of(HwptFlag.DIRTY_TRACKING),
                    Set.of(HwptFlag.PASID),
                    Set.of(HwptFlag.DIRTY_TRACKING, HwptFlag.PASID, HwptFlag.FAULT_ID_VALID),
                    Set.of(HwptFlag.FAULT_ID_VALID));

    Command<?> hwpt() {
        return new AllocHwpt(
                choice.id(Device.class),
                choice.id(Ioas.class),
                choice.of(FLAGS),
                choice.often(98) ? 0 : 1L << 20,
                DriverData.NONE,
                choice.id(FaultQueue.class));
    }

    Command<?> viommu() {
        ObjectId device = choice.id(Device.class);
        boolean queues = choice.often(choice.hasCommandQueues(device) ? 70 : 4);
        return new AllocViommu(
                device,
                choice.id(HwptPaging.class, HwptPaging::isNestParent),
                queues ? Viommu.TEGRA241_CMDQV : Viommu.ARM_SMMUV3,
                0,
                queues ? new DriverData(2, new byte[16]) : DriverData.NONE);
    }

    Command<?> vdevice() {
        return new AllocVdevice(choice.id(Viommu.class), choice.id(Device.class), choice.below(6));
    }

    Command<?> nested() {
        long[] ste = memory.streamTableEntry(choice);
        return new AllocHwpt(
                choice.id(Device.class),
                choice.id(Viommu.class),
                choice.often(80) ? Set.of() : Set.of(HwptFlag.FAULT_ID_VALID),
                0,
                choice.often(98) ? DriverData.ofSte(ste[0], ste[1]) : DriverData.NONE,
                choice.id(FaultQueue.class));
    }

    /// A guest's command queue, where its RAM begins or a little further.
    Command<?> hwQueue() {
        return new AllocHwQueue(
                choice.id(Viommu.class, viommu -> viommu.type() == Viommu.TEGRA241_CMDQV),
                choice.often(97) ? HwQueue.TEGRA241_CMDQV : HwQueue.SELFTEST,
                choice.below(choice.often(90) ? 2 : 4),
                0x4000_0000L + choice.of(0, 0, 0x1000, 0x8000, 0x20),
                choice.of(0x20, 0x1000, 0x1000, 0x2000, 0x30),
                choice.often(97) ? 0 : 1);
    }

    Command<?> veventq() {
        return new AllocVeventq(
                choice.id(Viommu.class), choice.often(90) ? 1 : 2, choice.of(0, 1, 2, 2), 0);
    }

    Command<?> readEvents() {
        return new ReadVevents(
                choice.id(Veventq.class), choice.often(90) ? 1 + choice.below(3) : 0);
    }

    Command<?> invalidate() {
        int count = 1 + choice.below(2);
        ByteBuffer entries = ByteBuffer.allocate(count * 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            long opcode = choice.of(0x10, 0x11, 0x12, 0x13, 0x30, 0x05, 0x06, 0x40, 0x28, 0x99);
            entries.putLong(opcode | (long) choice.below(6) << 32).putLong(0xffff_f000L);
        }
        ObjectId id = choice.often(90) ? choice.id(Viommu.class) : new ObjectId(choice.below(10));
        return new InvalidateHwpt(
                id, new UserArray(UserArray.ARM_SMMUV3, count, 16, entries.array()));
    }

    Command<?> plan() {
        var devices =
                choice.context().host().devices().stream()
                        .map(device ->
                                new PlanMsi.Planned(device.name(), null, new Ipa(0x0809_0040L)))
                        .toList();
        return new PlanMsi(
                choice.often(30) ? null : choice.id(HwptPaging.class, HwptPaging::isDirect),
                devices);
    }
}
