/// The machine underneath: SMMUs, ITSes, PCI functions and the firmware tables that describe them.
///
/// It knows nothing of iommufd. What is programmed into it (stream tables, stage-2 tables,
/// interrupt translation tables, MSI-X tables) is forgotten on a restart and programmed again from
/// the contexts, so it can never disagree with them.
///
/// May import: `address`. Sources: Arm IHI 0070 (SMMUv3), IHI 0069 (GIC), DEN 0049 (IORT), the PCI
/// Express base specification.
@NullMarked
package dev.directmsi.hardware;

import org.jspecify.annotations.NullMarked;
