/// A guest's view: vIOMMUs, virtual devices, event queues and fault queues.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.viommu;

import org.jspecify.annotations.NullMarked;
