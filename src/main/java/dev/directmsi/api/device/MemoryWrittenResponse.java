package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;

/// What was written.
///
/// @param userVa first user address
/// @param length bytes
record MemoryWrittenResponse(U64 userVa, U64 length) {}
