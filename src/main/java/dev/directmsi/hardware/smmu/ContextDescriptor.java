package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A context descriptor: 64 bytes that describe one stage-1 address space (IHI 0070, 5.4). */
public final class ContextDescriptor {

    /** Bytes of a descriptor. */
    public static final int SIZE = 64;

    /**
     * Memory attributes by index: 0 Normal non-cacheable, 1 Normal write-back, 2 Device-nGnRE, 3
     * inner non-cacheable outer write-back. The values and their order are those of Linux.
     */
    public static final long MAIR = 0xF404_FF44L;

    private static final long COHERENT_WALK = 1 << 8 | 1 << 10 | 3 << 12;
    private static final long TTB1_DISABLED = 1L << 30;
    private static final long VALID = 1L << 31;
    private static final long AARCH64 = 1L << 41;
    private static final long RECORD = 1L << 45;
    private static final long ABORT = 1L << 46;
    private static final long PRIVATE_ASID = 1L << 47;
    private static final int MAX_TXSZ = 39;

    private final long[] words;

    /**
     * A descriptor as it stands in memory.
     *
     * @param words eight little-endian words
     */
    ContextDescriptor(long... words) {
        if (words.length != SIZE / Long.BYTES) {
            throw new IllegalArgumentException("a context descriptor has 8 words");
        }
        this.words = words.clone();
    }

    /** The eight words. */
    public List<Long> words() {
        return LongStream.of(words).boxed().toList();
    }

    /**
     * One half of the VA space, TTB0, with coherent walks; faults abort and are recorded.
     *
     * @param inputBits VA size, 25 to 48 (52 with 64K)
     * @param outputBits IPA size, one that IPS encodes
     * @param asid unsigned 16-bit
     * @param table aligned to the size of the first table
     */
    public static ContextDescriptor of(
            PageSize granule, int inputBits, int outputBits, int asid, Ipa table) {
        int ips = Vtcr.ADDRESS_SIZES.indexOf(outputBits);
        if (ips < 0) {
            throw new IllegalArgumentException("IPS cannot say " + outputBits + " bits");
        }
        long q0 =
                64 - inputBits
                        | (long) Granule.of(granule).tg0() << 6
                        | COHERENT_WALK
                        | TTB1_DISABLED
                        | VALID
                        | (long) ips << 32
                        | AARCH64
                        | RECORD
                        | ABORT
                        | PRIVATE_ASID
                        | (long) asid << 48;
        return new ContextDescriptor(q0, table.value(), 0, MAIR, 0, 0, 0, 0);
    }

    /**
     * One of the two tables of a context.
     *
     * @param base where its first table is
     * @param granule of its tables
     * @param inputBits 64 − TxSZ
     * @param topBit highest VA bit that must equal bit 55: 63, or 55 with TBI
     * @param hierarchical whether table descriptors restrict what is below (HAD clear)
     */
    record Region(long base, Granule granule, int inputBits, int topBit, boolean hierarchical) {}

    /** The table that translates {@code va}; none where it is disabled (EPD) or has no granule. */
    Optional<Region> region(long va) {
        boolean upper = Bits.bit(va, 55);
        return upper ? region1() : region0();
    }

    private Optional<Region> region0() {
        if (Bits.bit(q(0), 14)) {
            return Optional.empty();
        }
        return Granule.ofTg0(Bits.field(q(0), 7, 6))
                .map(granule -> region(granule, q(1), (int) Bits.field(q(0), 5, 0), 38));
    }

    private Optional<Region> region1() {
        if (Bits.bit(q(0), 30)) {
            return Optional.empty();
        }
        return Granule.ofTg1(Bits.field(q(0), 23, 22))
                .map(granule -> region(granule, q(2), (int) Bits.field(q(0), 21, 16), 39));
    }

    private Region region(Granule granule, long ttb, int txsz, int tbi) {
        return new Region(
                ttb & Bits.mask(52) & ~0xFL,
                granule,
                64 - txsz,
                Bits.bit(q(0), tbi) ? 55 : 63,
                !Bits.bit(ttb, 1));
    }

    public boolean isValid() {
        return Bits.bit(q(0), 31);
    }

    /** IPA size in bits; the reserved value behaves as the largest. */
    public int outputBits() {
        return Vtcr.ADDRESS_SIZES.get(Math.min((int) Bits.field(q(0), 34, 32), 6));
    }

    public int asid() {
        return (int) Bits.field(q(0), 63, 48);
    }

    /** AFFD or HA: a clear access flag is no fault. */
    boolean ignoresAccessFlag() {
        return Bits.bit(q(0), 35) || Bits.bit(q(0), 43);
    }

    /** HD: the hardware keeps dirty state. */
    boolean updatesDirtyState() {
        return Bits.bit(q(0), 42) && Bits.bit(q(0), 43);
    }

    /** Why the descriptor is ILLEGAL on {@code smmu} behind {@code entry} (IHI 0070, 5.4.2). */
    Optional<String> illegal(Smmu smmu, StreamTableEntry entry) {
        long q0 = q(0);
        if (!isValid()) {
            return Optional.of("V is 0");
        }
        if (!Bits.bit(q0, 41)) {
            return Optional.of("AA64 is 0");
        }
        if (!Bits.bit(q0, 46)) {
            return Optional.of("A is 0, but IDR0.TERM_MODEL is 1: faults abort");
        }
        if (Bits.bit(q0, 44) && (!smmu.stall() || entry.disablesStalls())) {
            return Optional.of("S without the stall model");
        }
        if (Bits.bit(q0, 15)) {
            return Optional.of("ENDI: tables are little-endian");
        }
        if ((Bits.bit(q0, 43) && smmu.httu() < 1) || (Bits.bit(q0, 42) && smmu.httu() < 2)) {
            return Optional.of("HA or HD without hardware updates");
        }
        if ((!Bits.bit(q0, 14) && !isLegal(smmu, region0()))
                || (!Bits.bit(q0, 30) && !isLegal(smmu, region1()))) {
            return Optional.of("TG, TxSZ or TTB out of range");
        }
        return Optional.empty();
    }

    private boolean isLegal(Smmu smmu, Optional<Region> region) {
        return region.filter(table -> smmu.granules().contains(table.granule.size()))
                .filter(table -> table.inputBits >= 64 - MAX_TXSZ)
                .filter(table -> table.inputBits <= maximumInput(smmu, table.granule))
                .filter(table -> Bits.fits(table.base, Math.min(outputBits(), smmu.oas())))
                .isPresent();
    }

    private static int maximumInput(Smmu smmu, Granule granule) {
        boolean large = granule == Granule.GRANULE_64K && smmu.oas() == 52;
        return large ? 52 : 48;
    }

    private long q(int index) {
        return words[index];
    }

    /** The fields by name. */
    public Map<String, String> fields() {
        long q0 = q(0);
        var fields =
                new Fields()
                        .flag("v", isValid())
                        .number("asid", asid())
                        .number("t0sz", Bits.field(q0, 5, 0))
                        .text("tg0", name(Granule.ofTg0(Bits.field(q0, 7, 6))))
                        .flag("epd0", Bits.bit(q0, 14))
                        .hex("ttb0", q(1) & Bits.mask(52) & ~0xFL)
                        .flag("epd1", Bits.bit(q0, 30));
        if (!Bits.bit(q0, 30)) {
            fields.number("t1sz", Bits.field(q0, 21, 16))
                    .text("tg1", name(Granule.ofTg1(Bits.field(q0, 23, 22))))
                    .hex("ttb1", q(2) & Bits.mask(52) & ~0xFL);
        }
        return fields.text("ips", outputBits() + " bits")
                .flag("aa64", Bits.bit(q0, 41))
                .flag("endi", Bits.bit(q0, 15))
                .flag("affd", Bits.bit(q0, 35))
                .flag("ha", Bits.bit(q0, 43))
                .flag("hd", Bits.bit(q0, 42))
                .flag("s", Bits.bit(q0, 44))
                .flag("r", Bits.bit(q0, 45))
                .flag("a", Bits.bit(q0, 46))
                .flag("aset", Bits.bit(q0, 47))
                .hex("mair", q(3))
                .inOrder();
    }

    private static String name(Optional<Granule> granule) {
        return granule.map(present -> present.size().toString()).orElse("reserved");
    }
}
