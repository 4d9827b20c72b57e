package dev.directmsi.api.selftest;

/// The version of VFIO's interface.
///
/// @param version always 0
record ApiVersionResponse(int version) {}
