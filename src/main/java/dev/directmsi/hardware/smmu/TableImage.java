package dev.directmsi.hardware.smmu;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What is to be written to one place of a guest's memory: a table, or context descriptors. */
public final class TableImage {

    private final Ipa base;
    private final long[] words;

    TableImage(Ipa base, long bytes) {
        this.base = base;
        this.words = new long[Math.toIntExact(bytes / Long.BYTES)];
    }

    /** Where the first word goes. */
    public Ipa base() {
        return base;
    }

    public AddressRange range() {
        return AddressRange.of(base.value(), (long) words.length * Long.BYTES);
    }

    /** Number of 64-bit words. */
    public int size() {
        return words.length;
    }

    public long word(int index) {
        return words[index];
    }

    /** The words as memory holds them: little-endian. */
    public byte[] bytes() {
        var buffer = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(words);
        return buffer.array();
    }

    void set(int index, long word) {
        words[index] = word;
    }
}
