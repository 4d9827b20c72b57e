package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.iommufd.command.CreateAccess;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes an access.
///
/// @param ioasId the IOAS to work on
/// @param flags `NEEDS_PIN_PAGES`
record CreateAccessRequest(ObjectId ioasId, @Nullable Flags flags) {

    private static final Map<String, Integer> BITS =
            Map.of("NEEDS_PIN_PAGES", CreateAccess.NEEDS_PIN_PAGES);

    CreateAccess toCommand() {
        return new CreateAccess(ioasId, Bits.of(flags, BITS));
    }
}
