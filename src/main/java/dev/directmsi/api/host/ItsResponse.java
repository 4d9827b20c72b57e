package dev.directmsi.api.host;

import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.its.Its;

/// One GICv3 ITS (IHI 0069, 5).
///
/// @param name unique on the host
/// @param frameBase physical address of the control frame; the doorbell is at +0x10040
/// @param deviceIdBits DeviceID size
/// @param eventIdBits EventID size
/// @param isolated whether a write's DeviceID is that of its writer
record ItsResponse(
        String name, U64 frameBase, int deviceIdBits, int eventIdBits, boolean isolated) {

    static ItsResponse of(Its its) {
        return new ItsResponse(
                its.name(),
                U64.of(its.frameBase()),
                its.deviceIdBits(),
                its.eventIdBits(),
                its.isolated());
    }
}
