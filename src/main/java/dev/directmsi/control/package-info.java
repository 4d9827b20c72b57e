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
/// The change feed lets clients follow commits: {@link dev.directmsi.control.ChangeFeed}. The log
/// in the store is its only source, so it tells of no commit that is not durable, and of those of
/// other processes as of its own. Every {@link dev.directmsi.control.Subscription} is a position in
/// the log; a commit here rings a bell, and whoever waits reads on. What is told can be read: an
/// event waits until its commit has been applied.
///
/// Decisions. **Commits of other processes are found by asking**, every 150 ms, for the revisions
/// of all contexts that somebody follows, in one query by primary key; where the store is ours
/// alone, never. Rejected: LISTEN and NOTIFY. A NOTIFY takes a lock of the whole database until its
/// transaction has committed, so commits of contexts that have nothing to do with each other would
/// wait for each other, whether somebody listens or not; it needs a connection of its own that no
/// pooler gives, and what is sent while that is broken is lost, so one would ask all the same.
///
/// **The log, not what is in memory.** Rejected: handing the changes of a commit to its listeners
/// here. They would hear of it in an order of their own beside the log, and the two would have to
/// be sewn together at every start, every reconnect and every commit whose outcome was not known.
///
/// **The log of a closed context is kept for ten minutes**, so that who follows it hears of its
/// last commits and that it was closed. Rejected: deleting it with the context, after which nobody
/// could tell how much was missed.
///
/// May import: `iommufd` and what lies to its right. `store` implements {@link
/// dev.directmsi.control.ContextStore}.
@NullMarked
package dev.directmsi.control;

import org.jspecify.annotations.NullMarked;
