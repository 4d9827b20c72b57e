package dev.directmsi.address;

import org.jspecify.annotations.Nullable;

/**
 * An inclusive range of unsigned 64-bit addresses. Never empty; may end at the last byte of the
 * space.
 *
 * @param first lowest address
 * @param last highest address, at least {@code first}
 */
public record AddressRange(long first, long last) implements Comparable<AddressRange> {

    /** Every address there is. */
    public static final AddressRange ALL = new AddressRange(0, -1L);

    public AddressRange {
        if (Long.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException(
                    "range ends before it begins: "
                            + Address.hex(first)
                            + ".."
                            + Address.hex(last));
        }
    }

    /**
     * The range of {@code length} bytes from {@code first}; the length is not zero and does not
     * wrap.
     */
    public static AddressRange of(long first, long length) {
        return new AddressRange(first, first + length - 1);
    }

    /**
     * Whether {@code length} bytes from {@code first} run past the end of the space. A length of
     * zero wraps.
     */
    public static boolean wraps(long first, long length) {
        return Long.compareUnsigned(first + length - 1, first) < 0;
    }

    /** Number of bytes; 0 stands for 2^64. */
    public long length() {
        return last - first + 1;
    }

    public boolean contains(long address) {
        return Long.compareUnsigned(address, first) >= 0
                && Long.compareUnsigned(address, last) <= 0;
    }

    public boolean contains(AddressRange other) {
        return contains(other.first) && contains(other.last);
    }

    public boolean overlaps(AddressRange other) {
        return Long.compareUnsigned(first, other.last) <= 0
                && Long.compareUnsigned(other.first, last) <= 0;
    }

    /** The part that both have, or null. */
    public @Nullable AddressRange intersection(AddressRange other) {
        return overlaps(other)
                ? new AddressRange(maxUnsigned(first, other.first), minUnsigned(last, other.last))
                : null;
    }

    public boolean isAlignedTo(long alignment) {
        return ((first | length()) & (alignment - 1)) == 0;
    }

    static long minUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static long maxUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    @Override
    public int compareTo(AddressRange other) {
        int byFirst = Long.compareUnsigned(first, other.first);
        return byFirst != 0 ? byFirst : Long.compareUnsigned(last, other.last);
    }

    @Override
    public String toString() {
        return Address.hex(first) + ".." + Address.hex(last);
    }
}
