package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.PinPages;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pins pages.
///
/// @param iova where; it leads to the start of a page
/// @param length bytes, at most 16 MiB
/// @param userVa memory that must be there; absent not to look
/// @param flags `WRITE`
record PinPagesRequest(U64 iova, U64 length, @Nullable U64 userVa, @Nullable Flags flags) {

    private static final Map<String, Integer> BITS = Map.of("WRITE", PinPages.WRITE);

    PinPages toCommand(ObjectId access) {
        return new PinPages(
                access,
                iova.value(),
                length.value(),
                userVa == null ? null : userVa.toUserVa(),
                Bits.of(flags, BITS));
    }
}
