/**
 * The one write path: lock, decide, commit, apply, program, answer.
 *
 * <p>Three rules, each with a test that fails without it. <em>Apply after commit</em>: a failed
 * commit leaves nothing behind in memory. <em>A refusal is a read</em>: it is confirmed against the
 * store before it is answered. <em>Distrust after doubt</em>: an exception from the store means
 * "outcome unknown", so the context is loaded again before it is used.
 *
 * <p>Locks: a context's command lock covers decide and commit; its read/write lock covers memory,
 * so a read never waits for a disk. Order: command lock, then memory lock, never two contexts.
 *
 * <p>May import: {@code iommufd} and what lies to its right. {@code store} implements {@link
 * dev.directmsi.control.ContextStore}.
 */
@NullMarked
package dev.directmsi.control;

import org.jspecify.annotations.NullMarked;
