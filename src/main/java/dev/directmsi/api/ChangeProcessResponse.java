package dev.directmsi.api;

/// What counts for the caller now.
///
/// @param mappings how many
record ChangeProcessResponse(int mappings) {}
