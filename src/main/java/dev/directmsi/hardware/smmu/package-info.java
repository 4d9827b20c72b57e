/**
 * The SMMUv3 (Arm IHI 0070): its features, stream table entries, page tables as views, the
 * translation walk and its event records. Stage-2 tables are views on the mappings, not memory:
 * nothing has to be kept in step, and a new table costs nothing per mapping.
 *
 * <p>May import: the other hardware packages and {@code address}.
 */
@NullMarked
package dev.directmsi.hardware.smmu;

import org.jspecify.annotations.NullMarked;
