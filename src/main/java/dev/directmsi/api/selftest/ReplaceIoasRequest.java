package dev.directmsi.api.selftest;

import dev.directmsi.iommufd.command.ReplaceAccessIoas;
import dev.directmsi.iommufd.object.ObjectId;

/// Moves an access.
///
/// @param ioasId the IOAS to work on from now on
record ReplaceIoasRequest(ObjectId ioasId) {

    ReplaceAccessIoas toCommand(ObjectId access) {
        return new ReplaceAccessIoas(access, ioasId);
    }
}
