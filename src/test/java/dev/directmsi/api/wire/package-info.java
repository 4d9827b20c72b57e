/// The limits of reading JSON that no request of today reaches.
@NullMarked
package dev.directmsi.api.wire;

import org.jspecify.annotations.NullMarked;
