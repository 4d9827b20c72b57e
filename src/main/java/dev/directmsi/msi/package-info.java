/// Message-signalled interrupts: doorbells, targets, the SW_MSI window, messages and vector states.
///
/// Two ways to let a device reach its doorbell live side by side. *Window mode* is Linux 7.2: the
/// host picks an address in a fixed window and programs it. *Direct mode* is the proposal of April
/// 2023: the virtual machine monitor names the guest's doorbell (the target), and the guest's own
/// address is what the device is programmed with.
///
/// May import: `hardware`, `address`.
@NullMarked
package dev.directmsi.msi;

import org.jspecify.annotations.NullMarked;
