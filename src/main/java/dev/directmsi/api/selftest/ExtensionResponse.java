package dev.directmsi.api.selftest;

/// Whether there is an extension.
///
/// @param value 1 if there is, otherwise 0
record ExtensionResponse(int value) {}
