package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;

/**
 * VFIO_IOMMU_MAP_DMA on the compatibility IOAS: a mapping at a fixed IOVA. Unlike IOMMU_IOAS_MAP it
 * may permit nothing, which no page table takes.
 *
 * @param flags {@link #READ}, {@link #WRITE}
 */
public record VfioMapDma(long flags, UserVa vaddr, Iova iova, long length)
        implements Command<Mapping> {

    public static final int READ = 1;
    public static final int WRITE = 2;

    @Override
    public String ioctl() {
        return "VFIO_IOMMU_MAP_DMA";
    }

    @Override
    public Decision<Mapping> decide(ContextView context) {
        if ((flags & ~(READ | WRITE)) != 0) {
            throw VFIO_FLAGS_INVALID.refusal("flags", flags);
        }
        Ioas ioas = SetVfioIoas.require(context);
        var access = Access.of((flags & READ) != 0, (flags & WRITE) != 0);
        return new MapPages(ioas.id(), new Backing.UserMemory(vaddr), length, iova, access)
                .map(context, ioas);
    }
}
