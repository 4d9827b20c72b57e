package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.VfioInfo;
import java.util.List;

/// struct vfio_iommu_type1_info and its capabilities.
///
/// @param iovaPgsizes bitmap of the sizes that every page table can map, none below a page
/// @param dmaAvail how many more mappings there can be
/// @param iovaRanges where can be mapped
record IommuInfoResponse(U64 iovaPgsizes, U64 dmaAvail, List<Range> iovaRanges) {

    static IommuInfoResponse of(ContextView context) {
        VfioInfo info = VfioInfo.of(context);
        return new IommuInfoResponse(
                new U64(info.pageSizes()),
                new U64(VfioInfo.DMA_AVAIL),
                info.ranges().stream().map(Range::of).toList());
    }
}
