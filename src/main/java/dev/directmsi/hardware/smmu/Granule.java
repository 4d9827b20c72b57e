package dev.directmsi.hardware.smmu;

import dev.directmsi.address.PageSize;
import java.util.Optional;

/** A VMSAv8-64 translation granule and the geometry of its tables (DDI 0487, D8.2). */
enum Granule {
    GRANULE_4K(12, 0),
    GRANULE_16K(14, 2),
    GRANULE_64K(16, 1);

    /** The level whose leaves are pages. */
    static final int LAST_LEVEL = 3;

    private final int shift;
    private final int tg0;

    Granule(int shift, int tg0) {
        this.shift = shift;
        this.tg0 = tg0;
    }

    static Granule of(PageSize size) {
        return switch (size.shift()) {
            case 12 -> GRANULE_4K;
            case 14 -> GRANULE_16K;
            case 16 -> GRANULE_64K;
            default -> throw new IllegalArgumentException("no translation granule: " + size);
        };
    }

    /** The granule that a TG0 field selects, or none for the reserved value. */
    static Optional<Granule> ofTg0(long code) {
        return switch ((int) code) {
            case 0 -> Optional.of(GRANULE_4K);
            case 1 -> Optional.of(GRANULE_64K);
            case 2 -> Optional.of(GRANULE_16K);
            default -> Optional.empty();
        };
    }

    /** The granule that a TG1 field selects, or none for the reserved value. */
    static Optional<Granule> ofTg1(long code) {
        return switch ((int) code) {
            case 1 -> Optional.of(GRANULE_16K);
            case 2 -> Optional.of(GRANULE_4K);
            case 3 -> Optional.of(GRANULE_64K);
            default -> Optional.empty();
        };
    }

    PageSize size() {
        return new PageSize(1L << shift);
    }

    /** The encoding in TG0 of a context descriptor and in S2TG of a stream table entry. */
    int tg0() {
        return tg0;
    }

    /** Input bits that one level resolves. */
    int indexBits() {
        return shift - 3;
    }

    /** log2 of what one entry of {@code level} translates. */
    int shiftAt(int level) {
        return shift + (LAST_LEVEL - level) * indexBits();
    }

    /** The level whose entries translate {@code leaf}. */
    int level(PageSize leaf) {
        for (int level = LAST_LEVEL; level > 0; level--) {
            if (shiftAt(level) == leaf.shift() && (level == LAST_LEVEL || allowsBlock(level))) {
                return level;
            }
        }
        throw new IllegalArgumentException("no leaf of " + leaf + " with granule " + size());
    }

    /** Whether a block descriptor is legal at {@code level}. */
    boolean allowsBlock(int level) {
        return switch (this) {
            case GRANULE_4K -> level == 1 || level == 2;
            case GRANULE_16K -> level == 2;
            // Level 1 is 4T, of use with 52-bit output only.
            case GRANULE_64K -> level == 1 || level == 2;
        };
    }

    /** The level at which a walk over {@code inputBits} begins, without concatenated tables. */
    int startLevel(int inputBits) {
        int levels = Math.ceilDiv(inputBits - shift, indexBits());
        return LAST_LEVEL + 1 - levels;
    }

    /** The address field of a descriptor; with 64K it has bits 51:48 in 15:12 (DDI 0487, D8.3). */
    long encodeAddress(long address) {
        long low = address & Bits.mask(48) & -(1L << shift);
        return this == GRANULE_64K ? low | Bits.field(address, 51, 48) << 12 : low;
    }

    /** The address in a descriptor whose address field begins at bit {@code lowest}. */
    long decodeAddress(long descriptor, int lowest) {
        long low = descriptor & Bits.mask(48) & -(1L << lowest);
        return this == GRANULE_64K ? low | Bits.field(descriptor, 15, 12) << 48 : low;
    }
}
