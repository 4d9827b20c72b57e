package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PhysAddr;
import java.util.Map;
import java.util.Optional;

/**
 * A record of the event queue: four little-endian words (IHI 0070, 7.3).
 *
 * @param q0 event number, SubstreamID, StreamID
 * @param q1 stall, access, stage, class
 * @param q2 input address
 * @param q3 IPA of a stage-2 fault, or the address of an aborted fetch
 */
public record EventRecord(long q0, long q1, long q2, long q3) {

    private static final long SSV = 1 << 11;
    private static final long STALL = 1L << 31;
    private static final long PRIVILEGED = 1L << 33;
    private static final long INSTRUCTION = 1L << 34;
    private static final long READ = 1L << 35;
    private static final long STAGE_2 = 1L << 39;
    private static final int CLASS = 40;
    private static final long TABLE_READ = 1L << 44;

    /** What the SMMU was translating when a stage-2 fault hit it: CLASS. */
    public enum Cause {
        /** The address of a context descriptor. */
        CONTEXT_FETCH(0),
        /** The address of a stage-1 table. */
        TABLE_WALK(1),
        /** The transaction's own address. */
        INPUT(2);

        private final int code;

        Cause(int code) {
            this.code = code;
        }
    }

    /** An event about the configuration of a stream; has no address. */
    static EventRecord configuration(EventType type, Transaction transaction) {
        Integer ssid = transaction.ssid();
        // IHI 0070, 7.3.7 and 7.3.9: the first has no SubstreamID, the second always has one.
        long substream =
                switch (type) {
                    case F_STREAM_DISABLED -> 0;
                    case C_BAD_SUBSTREAMID -> (ssid == null ? 0 : ssid.longValue()) << 12;
                    default -> substream(transaction);
                };
        return new EventRecord(head(type, transaction) | substream, 0, 0, 0);
    }

    /** F_STE_FETCH or F_CD_FETCH: no memory answered at {@code fetched}. */
    static EventRecord fetch(EventType type, Transaction transaction, PhysAddr fetched) {
        return new EventRecord(
                head(type, transaction) | substream(transaction),
                0,
                0,
                fetched.value() & Bits.mask(56) & ~7L);
    }

    /** F_WALK_EABT of a stage-1 table: no memory answered at {@code fetched}. */
    static EventRecord walkAbort(Transaction transaction, PhysAddr fetched) {
        return new EventRecord(
                head(EventType.F_WALK_EABT, transaction) | substream(transaction),
                access(transaction) | code(Cause.TABLE_WALK),
                transaction.address().value(),
                fetched.value() & Bits.mask(56) & ~7L);
    }

    /** A stage-1 fault; whatever level it was found at, it is about the input address. */
    static EventRecord stage1(EventType type, Transaction transaction) {
        return new EventRecord(
                head(type, transaction) | substream(transaction),
                access(transaction) | code(Cause.INPUT),
                transaction.address().value(),
                0);
    }

    /**
     * A stage-2 fault.
     *
     * @param ipa the address that stage 2 could not translate
     */
    static EventRecord stage2(EventType type, Transaction transaction, Cause cause, Ipa ipa) {
        return new EventRecord(
                head(type, transaction) | substream(transaction),
                access(transaction)
                        | STAGE_2
                        | code(cause)
                        | (cause == Cause.TABLE_WALK ? TABLE_READ : 0),
                transaction.address().value(),
                ipa.value() & Bits.mask(52) & ~0xFFFL);
    }

    private static long head(EventType type, Transaction transaction) {
        return type.code() | (long) transaction.streamId().value() << 32;
    }

    private static long substream(Transaction transaction) {
        Integer ssid = transaction.ssid();
        return ssid == null ? 0 : SSV | (long) ssid << 12;
    }

    private static long access(Transaction transaction) {
        return (transaction.privileged() ? PRIVILEGED : 0)
                | (transaction.instruction() ? INSTRUCTION : 0)
                | (transaction.access() == Access.READ ? READ : 0);
    }

    private static long code(Cause cause) {
        return (long) cause.code << CLASS;
    }

    /** The type, or none for an unknown event number. */
    public Optional<EventType> type() {
        return EventType.of(Bits.field(q0, 7, 0));
    }

    public StreamId streamId() {
        return new StreamId((int) (q0 >>> 32));
    }

    /** The SubstreamID where the transaction had one. */
    public Optional<Integer> ssid() {
        boolean present =
                (q0 & SSV) != 0 || type().filter(EventType.C_BAD_SUBSTREAMID::equals).isPresent();
        return present ? Optional.of((int) Bits.field(q0, 31, 12)) : Optional.empty();
    }

    /** Whether the transaction waits for a {@code CMD_RESUME} with {@link #stallTag()}. */
    public boolean isStalled() {
        return (q1 & STALL) != 0;
    }

    /** STAG. */
    public int stallTag() {
        return (int) Bits.field(q1, 15, 0);
    }

    public boolean isPrivileged() {
        return (q1 & PRIVILEGED) != 0;
    }

    public boolean isInstruction() {
        return (q1 & INSTRUCTION) != 0;
    }

    /** RnW of the transaction. */
    public boolean isRead() {
        return (q1 & READ) != 0;
    }

    public boolean isStage2() {
        return (q1 & STAGE_2) != 0;
    }

    /** CLASS; none where the event has none or the value is reserved. */
    public Optional<Cause> cause() {
        boolean present =
                type().filter(type -> type.isTranslationFault() || type == EventType.F_WALK_EABT)
                        .isPresent();
        int code = (int) Bits.field(q1, 41, 40);
        return present && code < 3 ? Optional.of(Cause.values()[code]) : Optional.empty();
    }

    public Iova inputAddress() {
        return new Iova(q2);
    }

    /** The page of the IPA of a stage-2 fault. Hardware may leave anything there in stage 1. */
    public Optional<Ipa> ipa() {
        return isStage2() && type().filter(EventType::isTranslationFault).isPresent()
                ? Optional.of(new Ipa(q3 & Bits.mask(52) & ~0xFFFL))
                : Optional.empty();
    }

    /** The same event for a guest, whose streams have other names. */
    public EventRecord withStreamId(StreamId virtual) {
        return new EventRecord((q0 & Bits.mask(32)) | (long) virtual.value() << 32, q1, q2, q3);
    }

    /**
     * The same event, with the transaction held until {@code CMD_RESUME} names {@code stallTag}.
     */
    public EventRecord stalled(int stallTag) {
        return new EventRecord(q0, q1 | STALL | (stallTag & 0xFFFF), q2, q3);
    }

    /**
     * Whether a guest with a virtual device for this stream gets it: configuration and stage-1
     * faults that do not stall. Stage 2 is the host's business. (iommufd vEVENTQ, arm-smmu-v3)
     */
    public boolean isForwardedToGuest() {
        return type().filter(EventType::concernsGuest).isPresent() && !isStalled() && !isStage2();
    }

    /** The fields by name, those that its type has. */
    public Map<String, String> fields() {
        var fields =
                new Fields()
                        .text(
                                "type",
                                type().map(EventType::name)
                                        .orElse("0x" + Long.toHexString(q0 & 0xFF)))
                        .text("streamId", streamId().toString());
        ssid().ifPresent(ssid -> fields.number("ssid", ssid));
        cause().ifPresent(cause -> addTranslation(fields, cause));
        type().filter(type -> type == EventType.F_CD_FETCH || type == EventType.F_STE_FETCH)
                .ifPresent(_ -> fields.hex("fetchAddress", q3));
        return fields.inOrder();
    }

    private void addTranslation(Fields fields, Cause cause) {
        fields.text("rnw", isRead() ? "read" : "write")
                .flag("pnu", isPrivileged())
                .flag("ind", isInstruction())
                .number("stage", isStage2() ? 2 : 1)
                .text("class", cause.name())
                .flag("stall", isStalled())
                .text("inputAddress", inputAddress().toString());
        if (isStalled()) {
            fields.hex("stag", stallTag());
        }
        ipa().ifPresent(ipa -> fields.text("ipa", ipa.toString()));
        if (type().filter(EventType.F_WALK_EABT::equals).isPresent()) {
            fields.hex("fetchAddress", q3);
        }
    }
}
