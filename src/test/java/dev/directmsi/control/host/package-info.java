/// Tests of topology documents, presets and the import of firmware tables.
@NullMarked
package dev.directmsi.control.host;

import org.jspecify.annotations.NullMarked;
