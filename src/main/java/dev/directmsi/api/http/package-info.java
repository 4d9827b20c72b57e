/// What every operation has in common: how it is guarded, answered and refused.
///
/// Every controller method that changes something goes through [Mutations], every one that reads a
/// context through [Reads]; so revisions, entity tags, idempotency keys and dry runs are in one
/// place and no operation can forget them. Whatever is refused, by a rule, by Spring or by Tomcat,
/// becomes one shape: [Problem].
///
/// Decisions. The body of a request is read once, within a limit, before anything looks at it
/// ([BodyLimit]): an idempotency key stands for method, path, query and body, and a limit that
/// trusts Content-Length is none. The answer of a mutation is rendered once, before the commit that
/// records it, and these bytes are what goes out; rendering again for a repeat would answer with
/// today's code. What a read answers is rendered here, too: it then has a length, and does not
/// travel in chunks. Routes are found by the segments of the path ([Routes]), since Spring compares
/// a path that has variables with every pattern there is. Rejected: Spring's `ProblemDetail`, whose
/// shape is open and whose handlers know nothing of errnos.
///
/// The Unix socket is a second connector of the same server, with the same limits, filters and
/// problems. A token, where one is set, is asked for there, too; without one the permissions of the
/// socket decide who may command. Neither Host nor Origin is looked at: a browser, against which
/// one would look at them, cannot reach it. Rejected: Tomcat's own handling of the file, see
/// [UnixEndpoint].
///
/// May import: `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api.http;

import org.jspecify.annotations.NullMarked;
