package dev.directmsi.api;

import dev.directmsi.iommufd.command.SetVfioIoas;
import dev.directmsi.iommufd.object.ObjectId;

/// The IOAS on which the type-1 compatibility works.
///
/// @param ioasId the IOAS; it is not held
record VfioIoasRequest(ObjectId ioasId) {

    SetVfioIoas toCommand() {
        return new SetVfioIoas(ioasId);
    }
}
