/// The service over HTTP: the conventions of every operation, and each operation's shape.
@NullMarked
package dev.directmsi.api;

import org.jspecify.annotations.NullMarked;
