package dev.directmsi.address;

/**
 * An address that a device emits, the input of translation (IO virtual address). Under nesting it
 * is the guest's virtual address, the input of stage 1.
 *
 * @param value unsigned 64-bit
 */
public record Iova(long value) implements Address, Comparable<Iova> {

    /** The address {@code bytes} further on; wraps as unsigned 64-bit arithmetic does. */
    public Iova plus(long bytes) {
        return new Iova(value + bytes);
    }

    /** Whether the address is a multiple of {@code alignment}, a power of two. */
    public boolean isAlignedTo(long alignment) {
        return (value & (alignment - 1)) == 0;
    }

    @Override
    public int compareTo(Iova other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Address.hex(value);
    }
}
