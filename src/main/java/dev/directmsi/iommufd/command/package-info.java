/// One record per operation: its parameters, and its rule in `decide`.
///
/// A rule is a ladder of guards in the order in which Linux 7.2 checks; each rung has its own
/// [dev.directmsi.iommufd.Reason]. What several operations share stands beside them under the name
/// of what it decides: `IovaPlacement`, `Tables`, `Stage2Copies`, {@code Attachments},
/// `Interrupts`.
@NullMarked
package dev.directmsi.iommufd.command;

import org.jspecify.annotations.NullMarked;
