package dev.directmsi.hardware.smmu;

import dev.directmsi.address.PageSize;
import java.util.List;
import java.util.Map;

/**
 * The stage-2 translation control of a stream table entry: S2T0SZ to S2PS, bits 50:32 of its third
 * word (IHI 0070, 5.2).
 *
 * @param bits the 19 bits
 */
public record Vtcr(int bits) {

    /** Sizes in bits that S2PS, IPS and IDR5.OAS encode. */
    static final List<Integer> ADDRESS_SIZES = List.of(32, 36, 40, 42, 44, 48, 52);

    private static final int CONCATENATED_TABLES = 16;

    /**
     * The control of a stage-2 table.
     *
     * @param inputBits IPA size, 32 to 52
     * @param outputBits PA size, one that S2PS encodes
     * @param coherent whether table walks snoop the caches; if not they are made non-cacheable
     */
    public static Vtcr of(PageSize granule, int inputBits, int outputBits, boolean coherent) {
        int s2ps = ADDRESS_SIZES.indexOf(outputBits);
        if (s2ps < 0) {
            throw new IllegalArgumentException("S2PS cannot say " + outputBits + " bits");
        }
        var geometry = Granule.of(granule);
        int walk = coherent ? 1 << 8 | 1 << 10 | 3 << 12 : 2 << 12;
        return new Vtcr(
                64 - inputBits
                        | startingLevel(geometry, inputBits) << 6
                        | walk
                        | geometry.tg0() << 14
                        | s2ps << 16);
    }

    // S2SL0 counts downwards, from level 2 with 4K and from level 3 with the larger granules.
    private static int startingLevel(Granule granule, int inputBits) {
        int level = granule.startLevel(inputBits);
        // A level-0 table of a few entries is replaced by that many level-1 tables side by side.
        if (level == 0 && 1L << (inputBits - granule.shiftAt(0)) <= CONCATENATED_TABLES) {
            level = 1;
        }
        return (granule == Granule.GRANULE_4K ? 2 : 3) - level;
    }

    /** IPA size in bits. */
    public int inputBits() {
        return 64 - (int) Bits.field(bits, 5, 0);
    }

    /** PA size in bits. */
    public int outputBits() {
        return ADDRESS_SIZES.get(Math.min((int) Bits.field(bits, 18, 16), 6));
    }

    /** The fields by name. */
    public Map<String, String> fields() {
        return new Fields()
                .number("s2t0sz", Bits.field(bits, 5, 0))
                .number("s2sl0", Bits.field(bits, 7, 6))
                .number("s2ir0", Bits.field(bits, 9, 8))
                .number("s2or0", Bits.field(bits, 11, 10))
                .number("s2sh0", Bits.field(bits, 13, 12))
                .text(
                        "s2tg",
                        Granule.ofTg0(Bits.field(bits, 15, 14))
                                .map(granule -> granule.size().toString())
                                .orElse("reserved"))
                .text("s2ps", outputBits() + " bits")
                .inOrder();
    }
}
