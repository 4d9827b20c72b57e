package dev.directmsi.hardware.smmu;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream table entry (IHI 0070, 5.2), as the host programs it. The fifth to eighth words are
 * zero.
 *
 * <p>S2TTB stays 0: a stage-2 table is a view that a walk finds by its VMID, it has no address.
 *
 * @param q0 V, Config, stage-1 context pointer
 * @param q1 stage-1 attributes, MEV, S2FWB, EATS
 * @param q2 VMID and stage-2 control
 * @param q3 S2TTB
 */
public record StreamTableEntry(long q0, long q1, long q2, long q3) {

    /** Bits that a guest may set in the first word: V, Config, S1Fmt, S1ContextPtr, S1CDMax. */
    public static final long GUEST_Q0 = 0xF80F_FFFF_FFFF_FFFFL;

    /** Bits that a guest may set in the second word: S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS. */
    public static final long GUEST_Q1 = 0x3800_00FFL;

    private static final long VALID = 1;
    private static final long CONFIG = 7L << 1;
    // Write-back read-allocate, inner shareable: fetches of context descriptors are coherent.
    private static final long COHERENT_FETCHES = 1 << 2 | 1 << 4 | 3 << 6;
    private static final long MERGE_EVENTS = 1L << 19;
    private static final long FORCE_WRITE_BACK = 1L << 25;
    private static final long STALL_DISABLED = 1L << 27;
    private static final long ATS = 1L << 28;
    private static final long EATS = 3L << 28;
    private static final long S2_AA64 = 1L << 51;
    private static final long S2_PROTECTED_WALK = 1L << 54;
    private static final long S2_STALL = 1L << 57;
    private static final long S2_RECORD = 1L << 58;

    /** Which stages translate. */
    public enum Config {
        /** Terminated without a record. */
        ABORT(0),
        BYPASS(4),
        STAGE_1(5),
        STAGE_2(6),
        NESTED(7);

        private final int code;

        Config(int code) {
            this.code = code;
        }

        /** Whether stage 1 is configured; S1DSS may still skip it. */
        public boolean hasStage1() {
            return this == STAGE_1 || this == NESTED;
        }

        public boolean hasStage2() {
            return this == STAGE_2 || this == NESTED;
        }

        private static Config of(long code) {
            return switch ((int) code) {
                case 4 -> BYPASS;
                case 5 -> STAGE_1;
                case 6 -> STAGE_2;
                case 7 -> NESTED;
                default -> ABORT; // 0b0xx behaves as 0b000
            };
        }
    }

    /**
     * What the host adds to a stream for stage 2.
     *
     * @param vmid of the stage-2 table
     * @param vtcr of the stage-2 table
     * @param fwb S2FWB: stage 2 forces write-back
     * @param stall S2S: the device may be stalled on a stage-2 fault; not together with {@code ats}
     * @param ats the device has ATS and it is to be used
     */
    public record Stage2(Vmid vmid, Vtcr vtcr, boolean fwb, boolean stall, boolean ats) {}

    /** Terminates everything silently. */
    public static StreamTableEntry abort() {
        return new StreamTableEntry(VALID, 0, 0, 0);
    }

    /** Passes everything untranslated. */
    public static StreamTableEntry bypass() {
        return new StreamTableEntry(VALID | code(Config.BYPASS), 0, 0, 0);
    }

    /**
     * Stage 1 in the host's hands. S1ContextPtr stays 0: the contexts are views.
     *
     * @param s1CdMax log2 of the number of contexts; 0 without PASIDs
     * @param defaultSubstream what transactions without a PASID get, when there are PASIDs
     */
    public static StreamTableEntry stage1(
            int s1CdMax, DefaultSubstream defaultSubstream, boolean ats) {
        return new StreamTableEntry(
                VALID | code(Config.STAGE_1) | (long) s1CdMax << 59,
                defaultSubstream.encoding() | COHERENT_FETCHES | (ats ? ATS : 0),
                0,
                0);
    }

    /** Stage 2 alone. */
    public static StreamTableEntry stage2(Stage2 stage2) {
        return new StreamTableEntry(
                VALID | code(Config.STAGE_2),
                (stage2.fwb ? FORCE_WRITE_BACK : 0) | (stage2.ats ? ATS : 0),
                stage2.vmid.value()
                        | (long) stage2.vtcr.bits() << 32
                        | S2_AA64
                        | S2_PROTECTED_WALK
                        | S2_RECORD
                        | (stage2.stall ? S2_STALL : 0),
                0);
    }

    /**
     * The physical entry of a guest's: abort stays abort, bypass becomes stage 2 alone, stage 1
     * becomes both stages. ATS is on only if the guest has a stage 1 and asked for it: one that
     * believes ATS to be off sends no ATC invalidations.
     *
     * @param guest0 first word of the guest's entry, within {@link #GUEST_Q0}
     * @param guest1 second word, within {@link #GUEST_Q1}
     */
    public static StreamTableEntry nested(long guest0, long guest1, Stage2 stage2) {
        var guest = new StreamTableEntry(guest0, guest1, 0, 0);
        if (!guest.isValid()) {
            return abort();
        }
        boolean ats = stage2.ats && (guest1 & EATS) == ATS;
        return switch (guest.config()) {
            case ABORT -> abort();
            case BYPASS -> stage2(withAts(stage2, false));
            case STAGE_1 -> {
                var host = stage2(withAts(stage2, ats));
                yield new StreamTableEntry(
                        host.q0 | code(Config.NESTED) | (guest0 & ~CONFIG),
                        // A guest must not be able to flood the event queue: MEV.
                        host.q1 | (guest1 & ~EATS) | MERGE_EVENTS,
                        host.q2,
                        host.q3);
            }
            case STAGE_2, NESTED ->
                    throw new IllegalArgumentException("a guest has no stage 2: " + guest.config());
        };
    }

    private static Stage2 withAts(Stage2 stage2, boolean ats) {
        return new Stage2(stage2.vmid, stage2.vtcr, stage2.fwb, stage2.stall, ats);
    }

    private static long code(Config config) {
        return (long) config.code << 1;
    }

    public boolean isValid() {
        return (q0 & VALID) != 0;
    }

    public Config config() {
        return Config.of(Bits.field(q0, 3, 1));
    }

    /** S1Fmt: 0 linear, 1 and 2 two levels with leaves of 4K and 64K; 3 behaves as 0. */
    public int s1Fmt() {
        return (int) Bits.field(q0, 5, 4) % 3;
    }

    /** Address of the context descriptors; an IPA under nesting. */
    public long s1ContextPtr() {
        return q0 & Bits.mask(56) & ~0x3FL;
    }

    /** log2 of the number of context descriptors. */
    public int s1CdMax() {
        return (int) Bits.field(q0, 63, 59);
    }

    public DefaultSubstream defaultSubstream() {
        return DefaultSubstream.of(Bits.field(q1, 1, 0));
    }

    public boolean mergesEvents() {
        return (q1 & MERGE_EVENTS) != 0;
    }

    public boolean forcesWriteBack() {
        return (q1 & FORCE_WRITE_BACK) != 0;
    }

    public boolean disablesStalls() {
        return (q1 & STALL_DISABLED) != 0;
    }

    /** EATS is 1: full ATS. */
    public boolean enablesAts() {
        return (q1 & EATS) == ATS;
    }

    public Vmid vmid() {
        return new Vmid((int) Bits.field(q2, 15, 0));
    }

    public Vtcr vtcr() {
        return new Vtcr((int) Bits.field(q2, 50, 32));
    }

    /** S2PTW: stage-1 walks and context fetches must not go through Device memory. */
    public boolean protectsWalks() {
        return (q2 & S2_PROTECTED_WALK) != 0;
    }

    public boolean stallsStage2() {
        return (q2 & S2_STALL) != 0;
    }

    /** Why the entry is ILLEGAL on {@code smmu} (IHI 0070, 5.2.2), as far as the fields here go. */
    Optional<String> illegal(Smmu smmu) {
        if (!isValid()) {
            return Optional.of("V is 0");
        }
        if (config().hasStage2() && !smmu.nesting()) {
            return Optional.of("no stage 2");
        }
        if (config().hasStage1() && s1CdMax() > smmu.ssidBits() && smmu.ssidBits() > 0) {
            return Optional.of("S1CDMax exceeds SSIDSIZE");
        }
        if (config().hasStage1() && disablesStalls() && !smmu.stall()) {
            return Optional.of("S1STALLD without the stall model");
        }
        if (config().hasStage2() && stallsStage2() && (!smmu.stall() || enablesAts())) {
            return Optional.of("S2S without the stall model, or with ATS");
        }
        return Optional.empty();
    }

    List<Long> words() {
        return List.of(q0, q1, q2, q3);
    }

    /** The fields by name, those that its Config uses. */
    public Map<String, String> fields() {
        var fields = new Fields().flag("v", isValid()).text("config", config().name());
        if (config().hasStage1()) {
            fields.number("s1Fmt", s1Fmt())
                    .hex("s1ContextPtr", s1ContextPtr())
                    .number("s1CdMax", s1CdMax())
                    .text("s1Dss", defaultSubstream().name())
                    .flag("s1Stalld", disablesStalls());
        }
        if (config().hasStage2()) {
            fields.number("s2Vmid", vmid().value());
            vtcr().fields().forEach(fields::text);
            fields.flag("s2Ptw", protectsWalks())
                    .flag("s2s", stallsStage2())
                    .flag("s2r", (q2 & S2_RECORD) != 0)
                    .flag("s2Fwb", forcesWriteBack());
        }
        return fields.flag("mev", mergesEvents()).number("eats", Bits.field(q1, 29, 28)).inOrder();
    }
}
