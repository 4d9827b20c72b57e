package dev.directmsi.iommufd.command;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import java.util.List;

/**
 * What VFIO's older interface tells about the compatibility IOAS.
 *
 * @param pageSizes bitmap of the sizes that every page table can map; sizes below a page count as a
 *     page
 * @param ranges where can be mapped
 */
public record VfioInfo(long pageSizes, List<AddressRange> ranges) {

    /** How many more mappings there can be: as many as the kernel says, which does not count. */
    public static final long DMA_AVAIL = 0xffff_ffffL;

    private static final int TYPE1 = 1;
    private static final int TYPE1_V2 = 3;
    private static final int DMA_CC = 4;
    private static final int UNMAP_ALL = 9;

    /** VFIO_IOMMU_GET_INFO. */
    public static VfioInfo of(ContextView context) {
        Ioas ioas = SetVfioIoas.require(context);
        long sizes = -1L;
        for (HwptPaging hwpt : context.relations().tablesOf(ioas.id())) {
            sizes &= IommuDriver.of(context, hwpt.smmu()).pageSizes(hwpt.granule());
        }
        long page = context.pageSize().bytes();
        if ((sizes & page - 1) != 0) {
            sizes = (sizes & -page) | page;
        }
        return new VfioInfo(sizes, context.relations().space(ioas.id()).reserved().complement());
    }

    /**
     * VFIO_CHECK_EXTENSION. Whether DMA is coherent is asked of the page tables; all other answers
     * are fixed.
     */
    public static boolean extension(ContextView context, long value) {
        if (value == DMA_CC) {
            Ioas ioas = SetVfioIoas.require(context);
            return context.relations().tablesOf(ioas.id()).stream()
                    .allMatch(HwptPaging::enforcesCoherency);
        }
        return value == TYPE1 || value == TYPE1_V2 || value == UNMAP_ALL;
    }
}
