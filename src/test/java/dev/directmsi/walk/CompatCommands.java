package dev.directmsi.walk;

import dev.directmsi.address.Iova;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.command.ChangeProcess;
import dev.directmsi.iommufd.command.SetRlimitMode;
import dev.directmsi.iommufd.command.VfioMapDma;
import dev.directmsi.iommufd.command.VfioSetIommu;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// Commands of the VFIO compatibility, and those about the context as a whole.
record CompatCommands(Choice choice) {

    private static final long RAM = 0x4000_0000L;

    Command<?> map() {
        List<MemoryRegion> regions = List.copyOf(choice.context().regions().values());
        long memory = regions.isEmpty() ? RAM : choice.of(regions).range().first();
        long unit = choice.often(95) ? choice.page() : PageModel.PAGE;
        return new VfioMapDma(
                choice.often(95) ? 1 + choice.below(3) : 4,
                new UserVa(memory + choice.below(8) * unit),
                new Iova(choice.of(0, RAM, RAM, 0x5000_0000L) + choice.below(16) * unit),
                unit * choice.of(1, 2, 4, 8));
    }

    /// Often a part of a mapping, which type 1 cuts.
    Command<?> unmap() {
        if (choice.often(4)) {
            return new VfioUnmapDma(VfioUnmapDma.ALL, choice.below(10) == 0 ? 1 : 0, 0);
        }
        ObjectId compat = choice.context().info().compatIoas();
        Mapping area = choice.area(compat == null ? new ObjectId(0) : compat);
        long unit = choice.often(90) ? choice.page() : PageModel.PAGE;
        long first = area.first() + unit * choice.of(0, 0, 0, 1, 2, -1);
        long length = choice.often(40) ? area.length() : unit * choice.of(1, 1, 2, 4, 0);
        return new VfioUnmapDma(choice.often(97) ? 0 : 1, first, length);
    }

    Command<?> setIommu() {
        return new VfioSetIommu(
                choice.of(VfioSetIommu.TYPE1, VfioSetIommu.TYPE1, VfioSetIommu.TYPE1_V2, 7));
    }

    Command<?> rlimitMode() {
        return new SetRlimitMode(choice.often(95) ? choice.below(2) : 2);
    }

    Command<?> changeProcess() {
        return new ChangeProcess();
    }
}
