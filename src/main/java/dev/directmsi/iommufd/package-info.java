/// iommufd: a context, its rules' vocabulary (changes, decisions, reasons) and what follows from
/// its state.
///
/// Glossary: IOAS, I/O address space; HWPT, hardware page table; vIOMMU, a slice of a physical SMMU
/// for a guest; vDEVICE, a device's identity there; S2 copy, one instance of a logical stage-2
/// domain; MSI page, the page of a copy that leads to an ITS; SW_MSI window, where Linux maps
/// doorbells.
///
/// A command decides on a [dev.directmsi.iommufd.ContextView] and answers changes; only
/// [dev.directmsi.iommufd.ContextState#apply] writes. A stage-2 table is a view on the mappings of
/// its IOAS, so a new copy costs nothing per mapping and cannot differ from its siblings.
///
/// Decided: deliberate differences from Linux 7.2. A failed replace keeps the reserved regions; a
/// failed interrupt set-up keeps no EventID. Both are kernel defects (see the table in the README).
///
/// May import: `msi`, `hardware`, `address`.
@NullMarked
package dev.directmsi.iommufd;

import org.jspecify.annotations.NullMarked;
