/// The changes of a context as they are committed: server-sent events.
///
/// `change_log` is written in the transaction of the commit, with the text that the stream will
/// show; a stream is a position in it. What a dry run shows of a change and what the stream shows
/// of it is the same, made by the same code from the same state.
///
/// Decisions. **The text is made before the commit** ([LoggedChanges]). Rejected: making it when it
/// is read, from ids in the log: the object may have changed or gone since, and another replica
/// never saw it as it was; so an event would show a state that belongs to no revision.
///
/// **Without a position a stream begins at the current revision, and its first event says which one
/// that is.** A client that reads the context first resumes after its ETag (`after=`), as every
/// watch API wants it; `Last-Event-ID`, which a browser sends by itself when it reconnects, goes
/// before it. Rejected: beginning with the oldest kept event, which says nothing to a client that
/// does not know the state before it; and a snapshot as first event, which GET gives already.
///
/// **Events have no SSE name, their type is in the data.** A browser hands an event with a name
/// only to those who asked for this name; who forgot to ask for LOST_EVENTS would never know.
///
/// **A blocking loop in the request's own thread**, which is virtual: it waits for the client or
/// for a commit and holds neither lock nor connection meanwhile. Rejected: Spring's SseEmitter,
/// which is pushed to, so it queues without a bound for a client that does not read, and times out
/// by itself.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.events;

import org.jspecify.annotations.NullMarked;
