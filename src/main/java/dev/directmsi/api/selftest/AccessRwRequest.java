package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.AccessRw;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads or writes through an access.
///
/// @param iova where
/// @param length bytes, at most 16 MiB
/// @param flags `WRITE`, `SLOW_PATH`
/// @param data what to write, `length` bytes in base64; absent for a read
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record AccessRwRequest(U64 iova, U64 length, @Nullable Flags flags, byte @Nullable [] data) {

    private static final Map<String, Integer> BITS =
            Map.of("WRITE", AccessRw.WRITE, "SLOW_PATH", AccessRw.SLOW_PATH);

    AccessRw toCommand(ObjectId access) {
        return new AccessRw(access, iova.value(), length.value(), Bits.of(flags, BITS), data);
    }
}
