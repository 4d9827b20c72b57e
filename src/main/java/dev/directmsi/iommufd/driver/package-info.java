/// What differs from one IOMMU to the next, as the kernel's `iommu_ops` does: the shape of page
/// tables, what a guest's table may contain, what can be attached, what the hardware says of
/// itself.
///
/// Two drivers: `arm-smmu-v3`, and the kernel's own mock driver, which only the recordings of the
/// kernel's test machine need. A command keeps the checks that iommufd makes before and after it
/// asks the driver, in the kernel's order; a driver refuses with reasons of its own.
///
/// May import: `iommufd`, `iommufd.object`, `hardware`, `address`. Knows no command.
@NullMarked
package dev.directmsi.iommufd.driver;

import org.jspecify.annotations.NullMarked;
