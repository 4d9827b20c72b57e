/// The firmware tables that say how a machine is wired: IORT and MADT, read as an operating system
/// reads them, into a [dev.directmsi.hardware.pci.Topology].
///
/// The chain is: requester id, through a root complex node, to an SMMUv3 node (the output is the
/// StreamID), to an ITS group node (the output is the DeviceID); the group names ITS ids, which the
/// MADT translates to base addresses.
///
/// Tables come from strangers. Every read is checked against the table and the node it belongs to,
/// every count is bounded by the bytes that carry it, and whatever is wrong is an
/// [dev.directmsi.hardware.acpi.AcpiProblem] with an offset, never another exception.
///
/// Decision: where Linux repairs a known firmware bug (an id count that is not minus one), so does
/// this, and says so among the assumptions; where Linux takes the first of two contradicting
/// entries, the table is refused. Rejected: being as lenient as Linux, which would show one wiring
/// for a table that says two.
///
/// May import: `hardware.pci`, `hardware.smmu`, `hardware.its`, `address`. Sources: ACPI 6.5,
/// 5.2.12 (MADT); Arm DEN 0049 E.b to E.f (IORT).
@NullMarked
package dev.directmsi.hardware.acpi;

import org.jspecify.annotations.NullMarked;
