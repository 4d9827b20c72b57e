package dev.directmsi.hardware.smmu;

import dev.directmsi.address.PhysAddr;
import java.util.OptionalLong;

/** Host memory as a table walk reads it. */
public interface PhysicalMemory {

    /**
     * The little-endian 64-bit word at {@code address} (8-byte aligned); empty where there is no
     * memory.
     */
    OptionalLong read64(PhysAddr address);

    /** Whether there is memory at {@code address}. */
    boolean isRam(PhysAddr address);
}
