/// Several processes of the service on one PostgreSQL, under faults, and a judge of their answers.
///
/// Clients spread the commands of a few contexts over all processes while one is killed, one is cut
/// off from the database, and the database is restarted. Every answer is kept with the time it was
/// asked and the time it came. Afterwards the commits are told again, in the order of their
/// revisions, to the service itself on a store that stands at one revision at a time ({@link
/// dev.directmsi.replica.Model}), and every answer must be, byte for byte, the one of a revision
/// that its client could have met ({@link dev.directmsi.replica.Judge}).
///
/// # Decisions
///
/// **The model is the service, not a second description of it.** A model written for the test would
/// show less of an answer, and its mistakes would be found here first. What the model shares with
/// what it judges are the rules and their presentation, which have tests of their own; it has no
/// second process, no database and no concurrency, which is what this is about.
///
/// **The network lies, the product has no switches.** That the judge sees a missing revision check
/// is shown by a relay that changes the statement on its way to the database ({@link
/// dev.directmsi.replica.DatabaseLink}). Rejected: a data source that rewrites SQL, which would be
/// another program than the one that ships.
@NullMarked
package dev.directmsi.replica;

import org.jspecify.annotations.NullMarked;
