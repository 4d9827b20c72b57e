/// The HTTP face: one controller per kind of resource, request and response records beside it.
///
/// A controller parses and presents. A request record makes a command (`toCommand`), a response
/// record is made of a reply (`of`); there are no mapper classes in between. Field names are the
/// uAPI's words. Ids in a path are looked up by the rule, at the kernel's rung: a wrong flag is
/// refused before a missing id, as in Linux. An `if` about IOMMUs here is a bug.
///
/// Decisions. What a response shows beyond the reply (who uses an object, how a device is wired) is
/// read from the context on which the command was decided, inside the same lock. Rejected: reading
/// again after the commit, which can see a later revision than the entity tag says.
///
/// May import: `api.http`, `api.wire`, `control` and what lies to its right.
@NullMarked
package dev.directmsi.api;

import org.jspecify.annotations.NullMarked;
