/// The objects of a context, as the kernel's user API names them, and what else a context holds.
///
/// Records, replaced as a whole by a `Change`. What follows from other objects (who uses what,
/// reserved ranges, members of stage-2 copies) is not stored here but derived in {@code Relations},
/// so that it cannot disagree. Rejected: manual reference counts, as the kernel needs them.
@NullMarked
package dev.directmsi.iommufd.object;

import org.jspecify.annotations.NullMarked;
