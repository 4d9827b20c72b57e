package dev.directmsi.api.device;

import java.util.List;

/// What was programmed.
///
/// @param vectors in the order of the request
record VectorsResponse(List<VectorResponse> vectors) {}
