package dev.directmsi.api.device;

import io.swagger.v3.oas.annotations.media.Schema;

/// Binds a function of the host.
///
/// @param device its name there, a PCI address
@Schema(example = "{\"device\":\"0000:01:00.0\"}")
record BindRequest(String device) {}
