/// How values look in JSON, in a path and in a query: the same in all three.
///
/// Invariants. A 64-bit value leaves as canonical lower-case hex and never as a number: half of the
/// programs that read JSON keep 53 bits of it, and the first value to break is the very first
/// answer, whose last IOVA is 2^64 − 1. It may come in as more than it leaves as; a JSON number
/// that a double cannot hold is refused, never rounded. 32-bit ids, counts and indexes are JSON
/// integers. Nothing is coerced: no numbers in strings where a number belongs, no 1 for true, no
/// single value for a list. `null` means the same as leaving the property out, and no answer
/// contains one.
///
/// What a record component may leave out is said once, by `@Nullable`, to the compiler, to Jackson
/// ([RequiredComponents]) and to the OpenAPI document. Rejected: `@JsonProperty(required = true)`
/// and `@NotNull` beside it, three statements of one fact that drift apart.
///
/// May import: `iommufd` and what lies to its right.
@NullMarked
package dev.directmsi.api.wire;

import org.jspecify.annotations.NullMarked;
