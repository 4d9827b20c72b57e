package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.VfioMapDma;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// struct vfio_iommu_type1_dma_map.
///
/// @param flags `READ`, `WRITE`
/// @param vaddr memory of the VMM
/// @param iova where
/// @param length bytes
record VfioMapRequest(@Nullable Flags flags, U64 vaddr, U64 iova, U64 length) {

    private static final Map<String, Integer> BITS =
            Map.of("READ", VfioMapDma.READ, "WRITE", VfioMapDma.WRITE);

    VfioMapDma toCommand() {
        return new VfioMapDma(
                Bits.of(flags, BITS), vaddr.toUserVa(), iova.toIova(), length.value());
    }
}
