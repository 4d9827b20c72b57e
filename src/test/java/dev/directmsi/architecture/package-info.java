/// Holds the sources to the drawing in `architecture.puml` and to the rules that a drawing cannot
/// show.
@NullMarked
package dev.directmsi.architecture;

import org.jspecify.annotations.NullMarked;
