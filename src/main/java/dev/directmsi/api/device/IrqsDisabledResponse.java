package dev.directmsi.api.device;

/// What was disabled.
///
/// @param disabledVectors how many were ACTIVE
record IrqsDisabledResponse(int disabledVectors) {}
