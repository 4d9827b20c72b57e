/// Tests of the service as a whole.
@NullMarked
package dev.directmsi;

import org.jspecify.annotations.NullMarked;
