/// The OpenAPI document, made from the controllers and records.
///
/// Invariants: every schema has a name; a value type is one schema, referred to everywhere; what a
/// record may leave out is what its `@Nullable` components say; every operation says how it is
/// refused; the same code gives the same document, in the same order.
///
/// Decision: code first. The document is committed and compared by a test, so a reviewer reads a
/// change of the API as a difference of `openapi/iommufd.yaml`. Rejected: a hand-written document
/// with generated controllers, which has to be edited in two languages; and annotations for
/// required properties and refusals, which every new operation would have to repeat.
///
/// May import: `api.wire`, `api.http`.
@NullMarked
package dev.directmsi.api.document;

import org.jspecify.annotations.NullMarked;
