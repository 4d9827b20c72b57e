/// Tests of the rules of a host.
@NullMarked
package dev.directmsi.hardware.pci;

import org.jspecify.annotations.NullMarked;
