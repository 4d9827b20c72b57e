package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.iommufd.command.AllocIoas;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Allocates an address space.
///
/// @param flags none is known
record IoasAllocRequest(@Nullable Flags flags) {

    static final IoasAllocRequest EMPTY = new IoasAllocRequest(null);

    AllocIoas toCommand() {
        return new AllocIoas(
                flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", Map.of())));
    }
}
