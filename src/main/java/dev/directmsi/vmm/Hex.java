package dev.directmsi.vmm;

import org.jspecify.annotations.Nullable;

/// Addresses as the API writes them.
final class Hex {

    private Hex() {}

    static String of(long value) {
        return "0x" + Long.toHexString(value);
    }

    /// A value that the answer may not have, such as the DeviceID of a device without ITS.
    static String of(@Nullable Long value) {
        return value == null ? "-" : of(value.longValue());
    }

    /// `first..last` of a length in bytes.
    static String range(String first, String length) {
        return first + ".." + of(Long.decode(first) + Long.decode(length) - 1);
    }
}
