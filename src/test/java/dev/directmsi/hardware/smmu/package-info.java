/// The SMMU against values and traces that were worked out apart from it.
@NullMarked
package dev.directmsi.hardware.smmu;

import org.jspecify.annotations.NullMarked;
