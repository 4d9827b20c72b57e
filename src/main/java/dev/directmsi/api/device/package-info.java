/// Endpoints below `/v1/contexts/{ctx}/devices` and `/v1/contexts/{ctx}/memory`: binding and
/// attachment, interrupts, the MSI proposal, what a device does, and guest memory.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.device;

import org.jspecify.annotations.NullMarked;
