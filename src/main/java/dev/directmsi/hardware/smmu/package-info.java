/// The SMMUv3 (Arm IHI 0070): its features, stream table entries, page tables as views, the
/// translation walk and its event records. Stage-2 tables are views on the mappings, not memory:
/// nothing has to be kept in step, and a new table costs nothing per mapping.
///
/// Decisions. A fault inside a walk is a checked exception that never leaves the package. Rejected:
/// a result type, which every level of the nested fetches would only pass on. S2TTB and a host's
/// S1ContextPtr are 0. Rejected: invented addresses, where a reader would look for memory that is
/// not there.
///
/// May import: the other hardware packages and `address`.
@NullMarked
package dev.directmsi.hardware.smmu;

import org.jspecify.annotations.NullMarked;
