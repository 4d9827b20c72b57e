package dev.directmsi.address;

/**
 * An address in the virtual machine monitor's own memory, what {@code IOMMU_IOAS_MAP} calls {@code
 * user_va}.
 *
 * @param value unsigned 64-bit
 */
public record UserVa(long value) implements Address, Comparable<UserVa> {

    /** The address {@code bytes} further on; wraps as unsigned 64-bit arithmetic does. */
    public UserVa plus(long bytes) {
        return new UserVa(value + bytes);
    }

    /** Whether the address is a multiple of {@code alignment}, a power of two. */
    public boolean isAlignedTo(long alignment) {
        return (value & (alignment - 1)) == 0;
    }

    @Override
    public int compareTo(UserVa other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Address.hex(value);
    }
}
