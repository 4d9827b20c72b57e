package dev.directmsi.api.selftest;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.AddReserved;
import dev.directmsi.iommufd.object.ObjectId;

/// Reserves a range.
///
/// @param start first IOVA
/// @param length bytes
record ReserveRequest(U64 start, U64 length) {

    AddReserved toCommand(ObjectId ioas) {
        return new AddReserved(ioas, start.value(), length.value());
    }
}
