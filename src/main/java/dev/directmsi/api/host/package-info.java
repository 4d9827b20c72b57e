/// Hosts: the machines underneath, as documents that can be read, replaced, imported and compared.
///
/// A host is shown in the very shape that it is put in, so that what was read can be put elsewhere.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.host;

import org.jspecify.annotations.NullMarked;
