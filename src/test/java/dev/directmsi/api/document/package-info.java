/// The API document against the running service.
@NullMarked
package dev.directmsi.api.document;

import org.jspecify.annotations.NullMarked;
