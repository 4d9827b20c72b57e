/// The GICv3 ITS (Arm IHI 0069): frames, doorbell, interrupt translation tables, LPIs.
///
/// May import: the other hardware packages and `address`.
@NullMarked
package dev.directmsi.hardware.its;

import org.jspecify.annotations.NullMarked;
