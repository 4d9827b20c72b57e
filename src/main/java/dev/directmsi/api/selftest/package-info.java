/// What the kernel's test driver adds to iommufd, on hosts that have it (`linux-selftest`): mock
/// devices and looks at what the mock IOMMU holds. One endpoint per operation of `IOMMU_TEST_CMD`,
/// so that recordings of the kernel can be replayed.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.selftest;

import org.jspecify.annotations.NullMarked;
