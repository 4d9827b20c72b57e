package dev.directmsi.address;

/**
 * An unsigned 64-bit address of one of the four spaces. Shown as lower-case hex, {@code 0x8080000}.
 */
public sealed interface Address permits Iova, Ipa, PhysAddr, UserVa {

    /** The address as an unsigned 64-bit number. */
    long value();

    /**
     * The canonical text of an unsigned 64-bit number: {@code 0x} and hex digits without leading
     * zeros.
     */
    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
