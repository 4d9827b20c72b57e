/// The IOMMU of the kernel's own test driver, `CONFIG_IOMMUFD_TEST`: no stream table and no
/// translation unit, only what iommufd can see of it. It exists so that recordings of a real kernel
/// on that driver can be replayed.
///
/// May import: `address`.
@NullMarked
package dev.directmsi.hardware.mock;

import org.jspecify.annotations.NullMarked;
