/// The service as its users run it: images on a container engine, over HTTP, with every part of it
/// restarted, paused and killed.
///
/// `./mvnw verify` runs the classes named `*IT` after the jar is packaged. They need an engine
/// (`docker/engine start`) and the images of this checkout (`docker/images`). Without them they are
/// skipped, and say so in one line; where `CI=true` or `-Dcontainers.required=true`, they fail.
///
/// Decisions. The images are built before the tests, by the same script and Dockerfile that a user
/// builds them with. Rejected: images built by the tests, which nobody else would ever run. Nothing
/// is pulled: no test needs a registry.
@NullMarked
package dev.directmsi.container;

import org.jspecify.annotations.NullMarked;
