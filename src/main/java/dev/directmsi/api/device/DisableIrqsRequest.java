package dev.directmsi.api.device;

import dev.directmsi.api.wire.NameOrNumber;
import io.swagger.v3.oas.annotations.media.Schema;

/// Disables all vectors.
///
/// @param type `MSI` or `MSIX`, or the index of VFIO
@Schema(example = "{\"type\":\"MSIX\"}")
record DisableIrqsRequest(NameOrNumber type) {}
