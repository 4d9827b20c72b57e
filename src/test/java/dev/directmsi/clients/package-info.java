/// The published document as its users meet it: the clients that are generated from it, and the
/// linters.
@NullMarked
package dev.directmsi.clients;

import org.jspecify.annotations.NullMarked;
