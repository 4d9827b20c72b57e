/**
 * One record per operation: its parameters, and its rule in {@code decide}.
 *
 * <p>A rule is a ladder of guards in the order in which Linux 7.2 checks; each rung has its own
 * {@link dev.directmsi.iommufd.Reason}. What several operations share stands beside them under the
 * name of what it decides: {@code IovaPlacement}, {@code Tables}, {@code Stage2Copies}, {@code
 * Attachments}, {@code Interrupts}.
 */
@NullMarked
package dev.directmsi.iommufd.command;

import org.jspecify.annotations.NullMarked;
