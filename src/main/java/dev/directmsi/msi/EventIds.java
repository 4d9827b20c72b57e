package dev.directmsi.msi;

import java.util.BitSet;
import java.util.OptionalInt;

/** Allocation of EventIDs in the interrupt translation table of one DeviceID. */
public final class EventIds {

    private EventIds() {}

    /**
     * The lowest free block for {@code count} events: a power of two, aligned to its size, since a
     * multi-message MSI device ORs the message number into the low data bits.
     */
    public static OptionalInt lowestFreeBlock(BitSet used, int count, int ittSize) {
        int block = count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
        for (int base = 0; base + block <= ittSize; base += block) {
            int next = used.nextSetBit(base);
            if (next < 0 || next >= base + block) {
                return OptionalInt.of(base);
            }
        }
        return OptionalInt.empty();
    }
}
