/// Devices, interrupts, direct MSI, accesses and memory over HTTP: one story per controller.
@NullMarked
package dev.directmsi.api.device;

import org.jspecify.annotations.NullMarked;
