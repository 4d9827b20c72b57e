package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.U64;

/// Where in a memory file.
///
/// @param name of the file
/// @param start byte offset
record FilePart(String name, U64 start) {}
