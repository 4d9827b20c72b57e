package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.U32;

/// Takes events from a queue.
///
/// @param count most events to take
record ReadEventsRequest(U32 count) {}
