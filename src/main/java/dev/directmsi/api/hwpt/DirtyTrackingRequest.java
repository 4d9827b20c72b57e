package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Flags;
import dev.directmsi.iommufd.command.SetDirtyTracking;
import dev.directmsi.iommufd.object.ObjectId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/// Turns dirty tracking on or off.
///
/// @param flags `ENABLE`, or none
@Schema(example = "{\"flags\":[\"ENABLE\"]}")
record DirtyTrackingRequest(Flags flags) {

    private static final Map<String, Integer> BITS = Map.of("ENABLE", SetDirtyTracking.ENABLE);

    SetDirtyTracking toCommand(ObjectId hwpt) {
        return new SetDirtyTracking(hwpt, Integer.toUnsignedLong(flags.bits("flags", BITS)));
    }
}
