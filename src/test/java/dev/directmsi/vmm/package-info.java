/// The virtual VMM against the running service.
@NullMarked
package dev.directmsi.vmm;

import org.jspecify.annotations.NullMarked;
