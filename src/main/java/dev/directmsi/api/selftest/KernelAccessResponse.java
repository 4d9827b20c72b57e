package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.Range;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// An access: through which a driver in the kernel reads, writes and pins what an IOAS maps.
///
/// @param type `ACCESS`
/// @param ioasId the IOAS it works on
/// @param pinning whether it may pin
/// @param pins what it holds
public record KernelAccessResponse(
        ObjectId id,
        String type,
        long createdRevision,
        ObjectId ioasId,
        boolean pinning,
        List<PinResponse> pins) {

    /// A pin.
    ///
    /// @param pagesId its number
    /// @param range what is pinned
    record PinResponse(int pagesId, Range range) {}

    /// Shows one.
    public static KernelAccessResponse of(KernelAccess access) {
        return new KernelAccessResponse(
                access.id(),
                Types.of(access),
                access.createdRevision(),
                access.ioas(),
                access.pinning(),
                access.pins().stream()
                        .map(pin -> new PinResponse(pin.number(), Range.of(pin.range())))
                        .toList());
    }
}
