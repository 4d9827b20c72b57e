/// Holds every database to one contract, and kills the process to see what was kept.
@NullMarked
package dev.directmsi.store;

import org.jspecify.annotations.NullMarked;
