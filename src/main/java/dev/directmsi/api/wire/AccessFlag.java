package dev.directmsi.api.wire;

import dev.directmsi.address.Access;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an access does, or what is permitted: `IOMMU_IOAS_MAP_READABLE`, `…_WRITEABLE`.
public enum AccessFlag {
    READ(Access.READ),
    WRITE(Access.WRITE);

    private final Access access;

    AccessFlag(Access access) {
        this.access = access;
    }

    public Access access() {
        return access;
    }

    /// All of `flags` together; no list means none.
    public static Access together(@Nullable Collection<AccessFlag> flags) {
        return flags == null ? Access.NONE : Access.of(flags.contains(READ), flags.contains(WRITE));
    }

    public static List<AccessFlag> of(Access access) {
        return Stream.of(values()).filter(flag -> access.permits(flag.access)).toList();
    }
}
