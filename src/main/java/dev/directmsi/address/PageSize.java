package dev.directmsi.address;

/**
 * The size of a page or a translation granule.
 *
 * @param bytes a power of two
 */
public record PageSize(long bytes) implements Comparable<PageSize> {

    public static final PageSize SIZE_4K = new PageSize(0x1000);
    public static final PageSize SIZE_16K = new PageSize(0x4000);
    public static final PageSize SIZE_64K = new PageSize(0x10000);

    public PageSize {
        if (Long.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("a page size is a power of two, not " + bytes);
        }
    }

    /** log2 of the size. */
    public int shift() {
        return Long.numberOfTrailingZeros(bytes);
    }

    public boolean isAligned(long value) {
        return (value & (bytes - 1)) == 0;
    }

    /** The start of the page that contains {@code address}. */
    public long floor(long address) {
        return address & -bytes;
    }

    /** The last byte of the page that contains {@code address}. */
    public long last(long address) {
        return address | (bytes - 1);
    }

    /** The offset of {@code address} in its page. */
    public long offset(long address) {
        return address & (bytes - 1);
    }

    /** The page that contains {@code address}. */
    public AddressRange page(long address) {
        return AddressRange.of(floor(address), bytes);
    }

    @Override
    public int compareTo(PageSize other) {
        return Long.compareUnsigned(bytes, other.bytes);
    }

    /** {@code 4K}, {@code 16K}, {@code 64K}, {@code 2M}, … */
    @Override
    public String toString() {
        int shift = shift();
        String units = " KMGTPE";
        return shift < 10
                ? Long.toString(bytes)
                : (1L << shift % 10) + units.substring(shift / 10, shift / 10 + 1);
    }
}
