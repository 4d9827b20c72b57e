/// Tests of the IORT and MADT readers, on tables of QEMU and on tables made here.
@NullMarked
package dev.directmsi.hardware.acpi;

import org.jspecify.annotations.NullMarked;
