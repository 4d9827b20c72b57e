package dev.directmsi.hardware.smmu;

/** Fields of 64-bit words, named as the manuals name them: highest and lowest bit, inclusive. */
final class Bits {

    private Bits() {}

    static long field(long word, int high, int low) {
        return (word >>> low) & mask(high - low + 1);
    }

    static boolean bit(long word, int bit) {
        return (word >>> bit & 1) != 0;
    }

    /** Ones in the lowest {@code bits} bits, 1 to 64. */
    static long mask(int bits) {
        return -1L >>> (64 - bits);
    }

    /** Whether an unsigned address is below 2^{@code bits}. */
    static boolean fits(long address, int bits) {
        return bits >= 64 || address >>> bits == 0;
    }
}
