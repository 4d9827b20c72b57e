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

    /**
     * Reads consecutive words of one page from {@code address} (8-byte aligned) on; answers false
     * where some have no memory.
     */
    default boolean read(PhysAddr address, long[] words) {
        for (int i = 0; i < words.length; i++) {
            OptionalLong word = read64(address.plus((long) i * Long.BYTES));
            if (word.isEmpty()) {
                return false;
            }
            words[i] = word.getAsLong();
        }
        return true;
    }

    /** Whether there is memory at {@code address}. */
    boolean isRam(PhysAddr address);
}
