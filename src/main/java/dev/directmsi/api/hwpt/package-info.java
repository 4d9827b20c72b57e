/// Page tables: allocated, shown with their stage-2 copies, and told what to forget.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.hwpt;

import org.jspecify.annotations.NullMarked;
