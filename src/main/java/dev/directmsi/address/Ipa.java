package dev.directmsi.address;

/**
 * An intermediate physical address: what the guest believes is physical, the input of stage 2.
 *
 * @param value unsigned 64-bit
 */
public record Ipa(long value) implements Address, Comparable<Ipa> {

    /** The address {@code bytes} further on; wraps as unsigned 64-bit arithmetic does. */
    public Ipa plus(long bytes) {
        return new Ipa(value + bytes);
    }

    /** Whether the address is a multiple of {@code alignment}, a power of two. */
    public boolean isAlignedTo(long alignment) {
        return (value & (alignment - 1)) == 0;
    }

    @Override
    public int compareTo(Ipa other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Address.hex(value);
    }
}
