package dev.directmsi.api;

import dev.directmsi.iommufd.object.ObjectId;

/// The IOAS on which the type-1 compatibility works.
///
/// @param ioasId the IOAS
record VfioIoasResponse(ObjectId ioasId) {}
