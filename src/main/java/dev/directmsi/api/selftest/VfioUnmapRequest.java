package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.VfioUnmapDma;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// struct vfio_iommu_type1_dma_unmap.
///
/// @param flags `ALL`
/// @param iova where; 0 with `ALL`
/// @param length bytes; 0 with `ALL`
record VfioUnmapRequest(@Nullable Flags flags, U64 iova, U64 length) {

    private static final Map<String, Integer> BITS = Map.of("ALL", VfioUnmapDma.ALL);

    VfioUnmapDma toCommand() {
        return new VfioUnmapDma(Bits.of(flags, BITS), iova.value(), length.value());
    }
}
