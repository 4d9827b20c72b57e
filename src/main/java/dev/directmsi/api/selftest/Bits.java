package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Flags of the test driver as the number that its rules see.
final class Bits {

    private Bits() {}

    static long of(@Nullable Flags flags, Map<String, Integer> names) {
        return flags == null ? 0 : Integer.toUnsignedLong(flags.bits("flags", names));
    }
}
