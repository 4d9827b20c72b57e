package dev.directmsi.api.selftest;

import org.jspecify.annotations.Nullable;

/// What was copied.
///
/// @param data what was read, in base64; absent after a write
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record AccessRwResponse(byte @Nullable [] data) {}
