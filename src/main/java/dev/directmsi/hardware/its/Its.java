package dev.directmsi.hardware.its;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;

/**
 * One GICv3 Interrupt Translation Service (IHI 0069, 5). Two frames of 64 KiB: the control frame,
 * which no device may ever reach, and the translation frame with GITS_TRANSLATER.
 *
 * @param name unique on the host
 * @param frameBase physical address of the control frame, 64 KiB aligned
 * @param deviceIdBits DeviceID size
 * @param eventIdBits EventID size
 * @param isolated whether the DeviceID of a write is that of the writer; a pre-ITS is not isolated
 */
public record Its(
        String name, PhysAddr frameBase, int deviceIdBits, int eventIdBits, boolean isolated) {

    /** Offset of GITS_TRANSLATER from the frame base (IHI 0069, 12.8). */
    public static final long TRANSLATER_OFFSET = 0x10040;

    /** Size of each frame. */
    public static final long FRAME_SIZE = 0x10000;

    /** INTIDs of LPIs begin here (IHI 0069, 2.2). */
    public static final int FIRST_LPI = 8192;

    /** The MSI doorbell: the address of GITS_TRANSLATER. */
    public PhysAddr doorbell() {
        return frameBase.plus(TRANSLATER_OFFSET);
    }

    public AddressRange controlFrame() {
        return AddressRange.of(frameBase.value(), FRAME_SIZE);
    }

    public AddressRange translationFrame() {
        return AddressRange.of(frameBase.value() + FRAME_SIZE, FRAME_SIZE);
    }

    /** Both frames. */
    public AddressRange frames() {
        return AddressRange.of(frameBase.value(), 2 * FRAME_SIZE);
    }
}
