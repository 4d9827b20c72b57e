/// The one write path: lock, decide, commit, apply, program, answer.
///
/// Three rules, each with a test that fails without it. *Apply after commit*: a failed commit
/// leaves nothing behind in memory. *A refusal is a read*: it is confirmed against the store before
/// it is answered. *Distrust after doubt*: an exception from the store means "outcome unknown", so
/// the context is loaded again before it is used.
///
/// Locks: a context's command lock covers decide and commit; its read/write lock covers memory, so
/// a read never waits for a disk. Order: command lock, then memory lock, never two contexts.
///
/// May import: `iommufd` and what lies to its right. `store` implements {@link
/// dev.directmsi.control.ContextStore}.
@NullMarked
package dev.directmsi.control;

import org.jspecify.annotations.NullMarked;
