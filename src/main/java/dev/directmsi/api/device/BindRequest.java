package dev.directmsi.api.device;

/// Binds a function of the host.
///
/// @param device its name there, `0000:01:00.0`
record BindRequest(String device) {}
