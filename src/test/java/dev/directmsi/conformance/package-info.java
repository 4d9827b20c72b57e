/// Conformance: what a real Linux 7.2 kernel answered, replayed over HTTP and compared operation by
/// operation.
///
/// A [Trace] is a list of [Operation]s. Each kind of operation has a [Step] that says it as a
/// request; what HTTP cannot say is named by [Inexpressible], a rule on the operation's inputs. The
/// [Comparison] holds the answer to the recording, object ids included; [Alignment] keeps one
/// difference from causing others; [Deliberate] names those that we chose. The [Report] counts.
@NullMarked
package dev.directmsi.conformance;

import org.jspecify.annotations.NullMarked;
