/// I/O address spaces and their mappings.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.ioas;

import org.jspecify.annotations.NullMarked;
