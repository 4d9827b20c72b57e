package dev.directmsi.api.wire;

import dev.directmsi.address.Access;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a mapping permits, as IOMMU_IOAS_MAP has it in its flags. IOMMU_IOAS_MAP_FIXED_IOVA is no
/// part of it: it stands for an IOVA that is there.
public final class MapFlags {

    private static final int FIXED_IOVA = 1;
    private static final int WRITEABLE = 2;
    private static final int READABLE = 4;

    private static final Map<String, Integer> BITS = Map.of("READ", READABLE, "WRITE", WRITEABLE);

    private MapFlags() {}

    /// The access that is meant; no flags mean none.
    public static Access access(@Nullable Flags flags) {
        int bits = bits(flags);
        return Access.of((bits & READABLE) != 0, (bits & WRITEABLE) != 0);
    }

    /// The bits that no flag has: for the rule to refuse.
    public static long unknown(@Nullable Flags flags) {
        return Integer.toUnsignedLong(bits(flags) & ~(FIXED_IOVA | WRITEABLE | READABLE));
    }

    private static int bits(@Nullable Flags flags) {
        return flags == null ? 0 : flags.bits("access", BITS);
    }
}
