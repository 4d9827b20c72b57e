/// What the kernel's test driver adds. Exists only for contexts on hosts with its mock IOMMU.
///
/// Names are those of the driver's own commands, `IOMMU_TEST_OP_…`.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.selftest;

import org.jspecify.annotations.NullMarked;
