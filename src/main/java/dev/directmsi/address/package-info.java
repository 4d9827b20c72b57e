/// Addresses of the four spaces that meet in an IOMMU, and ranges of them.
///
/// All addresses are unsigned 64-bit; every comparison here is unsigned. Ranges are inclusive on
/// both ends, since an exclusive end cannot name the last byte of a 64-bit space. A range carries
/// no space of its own: it belongs to the space of the thing that holds it.
///
/// Decision: the wrappers are records over a `long`, not a class per range kind. Rejected:
/// `TreeMap<Long>` keys with the natural order, which sorts the upper half of the space first.
///
/// May import: `java.*` and jspecify only.
@NullMarked
package dev.directmsi.address;

import org.jspecify.annotations.NullMarked;
