/**
 * Message-signalled interrupts: doorbells, targets, the SW_MSI window, messages and vector states.
 *
 * <p>Two ways to let a device reach its doorbell live side by side. <em>Window mode</em> is Linux
 * 7.2: the host picks an address in a fixed window and programs it. <em>Direct mode</em> is the
 * proposal of April 2023: the virtual machine monitor names the guest's doorbell (the target), and
 * the guest's own address is what the device is programmed with.
 *
 * <p>May import: {@code hardware}, {@code address}.
 */
@NullMarked
package dev.directmsi.msi;

import org.jspecify.annotations.NullMarked;
