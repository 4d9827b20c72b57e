/// The machines underneath, as people describe them: topology documents in JSON or YAML, the
/// presets, and firmware tables with what they leave out filled in.
///
/// A document is read by hand from its tree, field by field, so that every problem is found at once
/// and named by its place (`devices[3].smmu`); it comes from strangers, so size, depth and counts
/// are bounded and no problem shows a parser's inner life.
///
/// Decision: one canonical JSON text per topology, which is what is stored and hashed. Rejected:
/// binding to records by annotations, which stops at the first problem and names Java types.
///
/// May import: `hardware`, `address`, Jackson.
@NullMarked
package dev.directmsi.control.host;

import org.jspecify.annotations.NullMarked;
