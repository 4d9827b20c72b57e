package dev.directmsi.api.device;

import java.util.List;

/// What was enabled.
///
/// @param vectors by index
record IrqsEnabledResponse(List<VectorResponse> vectors) {}
