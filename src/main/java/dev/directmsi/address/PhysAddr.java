package dev.directmsi.address;

/**
 * A physical address of the host: the output of translation.
 *
 * @param value unsigned 64-bit
 */
public record PhysAddr(long value) implements Address, Comparable<PhysAddr> {

    /** The address {@code bytes} further on; wraps as unsigned 64-bit arithmetic does. */
    public PhysAddr plus(long bytes) {
        return new PhysAddr(value + bytes);
    }

    /** Whether the address is a multiple of {@code alignment}, a power of two. */
    public boolean isAlignedTo(long alignment) {
        return (value & (alignment - 1)) == 0;
    }

    @Override
    public int compareTo(PhysAddr other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Address.hex(value);
    }
}
