/// Contexts and hosts in a relational database. The only package with SQL.
///
/// Current rows, and a revision per context: every commit is a compare-and-set of the revision
/// together with one INSERT, UPDATE or DELETE of exactly one row per change, in one transaction.
/// What has returned is durable. Loading gives the rows as changes, so that memory is built by the
/// code that live traffic uses.
///
/// # Decisions
///
/// **Rows, not events.** A journal of changes, replayed at start, writes 10 to 40 % faster on a
/// fast disk and no faster on a slow one. It recovers fifty times slower, grows with all that ever
/// happened (map and unmap is the workload), and needs snapshots and readers for every old format.
/// The domain does not remember either: a mapping that is gone has no meaning. Rows and a journal
/// both as truth would have the cost of both, and two stories that must agree.
///
/// **Objects as JSON in one table, mappings as columns.** There are few objects, of ten types that
/// change with the model; they are read and written as a whole and by id only. Ten tables would
/// repeat the records column by column and be migrated with each of them. Mappings are up to
/// millions per context, have one fixed shape, and are what an operator looks for: columns cost a
/// third of the space and can be asked for ranges. Rejected: an object-relational mapper, whose
/// work here would be to guess what a change already says.
///
/// **No upsert, and one row each.** A change knows whether it adds, replaces or removes, and H2 and
/// PostgreSQL disagree on upserts. A statement that touches no row, or two, is a bug found early.
///
/// **Foreign keys between small tables only.** H2 makes an index of its own for each, which costs a
/// mapping as much as the mapping itself. A mapping without its IOAS is kept out by the statement
/// that would delete the IOAS.
///
/// **Addresses with the sign bit flipped.** The order of the column is then the unsigned order of
/// addresses. NUMERIC(20) would show them as they are, at twice the size and several times the cost
/// of comparing; the view `mapping_decimal` does that for people.
///
/// **Claims by primary key, RAM under a lock.** The key decides who has a group, VMID or ASID.
/// Stretches of RAM may overlap without being equal, so who claims locks the host's row first. An
/// exclusion constraint would say it better, but only PostgreSQL has one.
///
/// **Durability is named.** H2 loses acknowledged commits unless told otherwise, see {@link
/// dev.directmsi.store.Durability}. On H2, commits that meet become one transaction and one flush
/// ({@link dev.directmsi.store.GroupCommit}); what a part of it throws costs the others a second
/// run, not their commit. A thread of the operating system commits while some wait; virtual threads
/// that handed the lead to each other made 16 clients a third slower. Rejected: a flush per commit,
/// which divides the speed of eight busy contexts by their number; transactions of their own that
/// share a flush, each of which writes the same pages into a chunk of its own; a timer that gathers
/// commits, which delays a lonely one.
///
/// **H2's file header is put right** before a file is opened, see {@link
/// dev.directmsi.store.H2Recovery}: by itself H2 sometimes opens it without the last commits, or
/// without any. **H2 moves nothing when it closes**, see {@link dev.directmsi.store.EmbeddedH2}: a
/// shutdown that is killed lost old commits at the second kill. The first was found by killing the
/// process a hundred times; the others, which need a kill at start or at shutdown, by recording
/// every write to the file and opening what each of them left behind.
///
/// **H2's sparse chunks are rewritten by who commits**, see {@link
/// dev.directmsi.store.H2Compaction}: else the file grows to many times its rows. Rejected: H2's
/// own thread, which writes amid transactions and moves chunks; only to shorten the time for which
/// H2 keeps what is dead, which halved the file; to compact at shutdown, which moves chunks as
/// well.
///
/// **Every connection is checked**, see {@link dev.directmsi.store.Connector}. PostgreSQL with
/// `fsync` or `synchronous_commit` off is refused at the start and by every later connection; the
/// session's own setting is pinned, so that a change reaches new connections only.
/// `full_page_writes` off is warned of: there are file systems that never tear a page. Rejected: to
/// set what is missing ourselves, against what an operator has set up.
///
/// **A database that is away** is waited for at the start ({@link
/// dev.directmsi.store.FirstConnection}), and later for as long as a connection is waited for: then
/// the answer is 503, and the next request tries again. The outcome is unknown only once COMMIT was
/// sent. Whoever commits after that finds out by the revision: the late COMMIT holds the context's
/// row until it is decided. Rejected: to repeat a transaction here after a deadlock, since with
/// locks in one order there is none.
///
/// **READ COMMITTED on PostgreSQL**: a commit takes four round trips (revision, rows, log, COMMIT),
/// one more with a claim and one with a recorded answer. The first statement locks the context's
/// row, and every later one sees what was committed before it ran.
///
/// **Reads that meet on PostgreSQL share a round trip**, see {@link
/// dev.directmsi.store.Confirmations}. Commits there do not: a transaction that locks several
/// contexts, and hosts in between, could wait in a circle with that of another process.
///
/// **A commit that is visible but not yet flushed** is not acknowledged through the back door:
/// loading a context and repeating a recorded answer wait for the flush.
///
/// May import: `control` and what lies to its right.
@NullMarked
package dev.directmsi.store;

import org.jspecify.annotations.NullMarked;
