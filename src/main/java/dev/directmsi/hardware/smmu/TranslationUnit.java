package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import dev.directmsi.hardware.smmu.Hop.Step;
import dev.directmsi.hardware.smmu.Translation.Aborted;
import dev.directmsi.hardware.smmu.Translation.Outcome;
import dev.directmsi.hardware.smmu.Translation.Translated;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The translation of one SMMU: stream table entry, context descriptor, stage 1, stage 2, with the
 * faults of each in the order of the architecture (IHI 0070, 3.4, 7.3 and 15).
 *
 * <p>It reads and never writes. What it does not model: stalling (a record that hardware would
 * stall on is returned as a terminating one), updates of access and dirty flags (where HA or HD is
 * set a clear flag is simply no fault), ATS requests, and memory attributes beyond the S2PTW rule.
 */
public final class TranslationUnit {

    private final Smmu smmu;
    private final Function<StreamId, @Nullable StreamTableEntry> streamTable;
    private final BiFunction<StreamId, Vmid, Optional<PageTable>> stage2Tables;
    private final BiFunction<StreamId, Integer, Optional<PageTable>> hostContexts;
    private final PhysicalMemory memory;
    private final @Nullable Tlb tlb;

    /**
     * A unit whose every transaction walks.
     *
     * @param streamTable what the host has programmed; null is an entry with V clear
     * @param stage2Tables the stage-2 table that a VMID names
     * @param hostContexts the table of a host-owned stage 1 (Config 5) for a SubstreamID; 0 also
     *     for transactions without one
     * @param memory the memory that holds the guests' structures
     */
    public TranslationUnit(
            Smmu smmu,
            Function<StreamId, @Nullable StreamTableEntry> streamTable,
            BiFunction<StreamId, Vmid, Optional<PageTable>> stage2Tables,
            BiFunction<StreamId, Integer, Optional<PageTable>> hostContexts,
            PhysicalMemory memory) {
        this(smmu, streamTable, stage2Tables, hostContexts, memory, null);
    }

    /** A unit that uses and fills {@code tlb}, unless that is null. */
    public TranslationUnit(
            Smmu smmu,
            Function<StreamId, @Nullable StreamTableEntry> streamTable,
            BiFunction<StreamId, Vmid, Optional<PageTable>> stage2Tables,
            BiFunction<StreamId, Integer, Optional<PageTable>> hostContexts,
            PhysicalMemory memory,
            @Nullable Tlb tlb) {
        this.smmu = smmu;
        this.streamTable = streamTable;
        this.stage2Tables = stage2Tables;
        this.hostContexts = hostContexts;
        this.memory = memory;
        this.tlb = tlb;
    }

    /** Translates a transaction and tells how. */
    public Translation translate(Transaction transaction) {
        Story hops = Story.told();
        Outcome outcome = outcome(transaction, hops);
        return new Translation(transaction, hops.hops(), outcome);
    }

    /** Translates a transaction and says only what became of it. */
    public Outcome outcome(Transaction transaction) {
        return outcome(transaction, Story.UNTOLD);
    }

    private Outcome outcome(Transaction transaction, Story hops) {
        try {
            return route(transaction, hops);
        } catch (TranslationFault fault) {
            return fault.fault();
        }
    }

    private Outcome route(Transaction transaction, Story hops) throws TranslationFault {
        var entry = entry(transaction, hops);
        return switch (entry.config()) {
            case ABORT -> new Aborted();
            case BYPASS -> bypassed(transaction, entry, hops);
            case STAGE_1 -> hostStage1(transaction, entry, hops);
            case STAGE_2, NESTED -> behindStage2(transaction, entry, hops);
        };
    }

    private StreamTableEntry entry(Transaction transaction, Story hops) throws TranslationFault {
        StreamId streamId = transaction.streamId();
        if (!Bits.fits(Integer.toUnsignedLong(streamId.value()), smmu.sidBits())) {
            throw configuration(
                    EventType.C_BAD_STREAMID,
                    transaction,
                    Step.STE,
                    "SID " + streamId + " is beyond the stream table");
        }
        var cached = tlb == null ? Optional.<StreamTableEntry>empty() : tlb.entry(streamId);
        @Nullable StreamTableEntry entry = cached.orElseGet(() -> streamTable.apply(streamId));
        hops.add(() ->
                new Hop(
                        Step.STE,
                        name(cached.isPresent(), streamId),
                        Integer.toUnsignedLong(streamId.value()),
                        null,
                        null,
                        null,
                        entry == null ? List.of(0L, 0L, 0L, 0L) : entry.words(),
                        entry == null ? Map.of("v", "0") : entry.fields(),
                        List.of()));
        Optional<String> illegal = entry == null ? Optional.of("V is 0") : entry.illegal(smmu);
        if (entry == null || illegal.isPresent()) {
            throw configuration(
                    EventType.C_BAD_STE,
                    transaction,
                    Step.STE,
                    name(cached.isPresent(), streamId) + ": " + illegal.orElse(""));
        }
        if (tlb != null) {
            tlb.addEntry(streamId, entry);
        }
        return entry;
    }

    private static String name(boolean cached, StreamId streamId) {
        return (cached ? "cached STE" : "STE") + " of SID " + streamId;
    }

    private Outcome bypassed(Transaction transaction, StreamTableEntry entry, Story hops)
            throws TranslationFault {
        substream(transaction, entry);
        requireInputSize(transaction);
        hops.add(() -> skipped(transaction, "both stages bypassed"));
        return new Translated(new PhysAddr(transaction.address().value()));
    }

    private Outcome hostStage1(Transaction transaction, StreamTableEntry entry, Story hops)
            throws TranslationFault {
        OptionalInt ssid = substream(transaction, entry);
        if (ssid.isEmpty()) {
            requireInputSize(transaction);
            hops.add(() -> skipped(transaction, "stage 1 bypassed by S1DSS"));
            return new Translated(new PhysAddr(transaction.address().value()));
        }
        var walk = new HostStage1Walk(transaction, smmu, hops);
        return new Translated(
                walk.translate(
                        ssid.getAsInt(),
                        hostContexts.apply(transaction.streamId(), ssid.getAsInt()).orElse(null)));
    }

    private Outcome behindStage2(Transaction transaction, StreamTableEntry entry, Story hops)
            throws TranslationFault {
        @Nullable PageTable table =
                stage2Tables.apply(transaction.streamId(), entry.vmid()).orElse(null);
        var stage2 = new Stage2Walk(transaction, entry, smmu, table, memory, tlb);
        OptionalInt ssid = substream(transaction, entry);
        if (ssid.isEmpty()) {
            requireInputSize(transaction);
            if (entry.config().hasStage1()) {
                hops.add(() -> skipped(transaction, "stage 1 bypassed by S1DSS"));
            }
            var ipa = new Ipa(transaction.address().value());
            return new Translated(stage2.translate(ipa, Cause.INPUT, hops).address());
        }
        var context =
                new ContextFetch(transaction, entry, smmu, stage2, tlb, hops)
                        .fetch(ssid.getAsInt());
        Optional<PhysAddr> cached = cached(transaction, entry, context);
        if (cached.isPresent()) {
            hops.add(() -> cachedHop(transaction, entry, context, cached.get()));
            return new Translated(cached.get());
        }
        var stage1 = new Stage1Walk(transaction, context, smmu, stage2, hops).translate();
        var output = stage2.translate(stage1.ipa(), Cause.INPUT, hops);
        if (tlb != null && !isSpecial(transaction)) {
            tlb.addCombined(
                    entry.vmid(),
                    context.asid(),
                    transaction.address(),
                    stage1.leaf(),
                    output.address(),
                    both(stage1.access(), output.access()));
        }
        return new Translated(output.address());
    }

    /**
     * The context of a transaction: empty if stage 1 is skipped (IHI 0070, 5.2: S1CDMax, S1DSS).
     */
    private OptionalInt substream(Transaction transaction, StreamTableEntry entry)
            throws TranslationFault {
        Integer ssid = transaction.ssid();
        boolean one = entry.s1CdMax() == 0 || smmu.ssidBits() == 0;
        if (!entry.config().hasStage1()) {
            if (ssid != null) {
                throw badSubstream(transaction, "a SubstreamID without stage 1");
            }
            return OptionalInt.empty();
        }
        if (ssid != null) {
            if (one || !Bits.fits(ssid, entry.s1CdMax())) {
                throw badSubstream(transaction, "SSID " + ssid + " is beyond S1CDMax");
            }
            if (ssid == 0 && entry.defaultSubstream() == DefaultSubstream.SUBSTREAM_0) {
                throw disabled(transaction, "SSID 0 is kept for transactions without one");
            }
            return OptionalInt.of(ssid);
        }
        if (one) {
            return OptionalInt.of(0);
        }
        return switch (entry.defaultSubstream()) {
            case TERMINATE -> throw disabled(transaction, "S1DSS wants a SubstreamID");
            case BYPASS -> OptionalInt.empty();
            case SUBSTREAM_0 -> OptionalInt.of(0);
        };
    }

    // IHI 0070, 3.4: with stage 1 bypassed the input is checked against IAS, which here is OAS.
    private void requireInputSize(Transaction transaction) throws TranslationFault {
        if (!Bits.fits(transaction.address().value(), smmu.oas())) {
            throw new TranslationFault(
                    EventRecord.stage1(EventType.F_ADDR_SIZE, transaction),
                    Step.STAGE_1,
                    transaction.address() + " exceeds " + smmu.oas() + " bits");
        }
    }

    private Optional<PhysAddr> cached(
            Transaction transaction, StreamTableEntry entry, ContextDescriptor context) {
        return tlb == null || isSpecial(transaction)
                ? Optional.empty()
                : tlb.combined(
                        entry.vmid(), context.asid(), transaction.address(), transaction.access());
    }

    // Cached permissions are those of unprivileged data accesses; the others always walk.
    private static boolean isSpecial(Transaction transaction) {
        return transaction.privileged() || transaction.instruction();
    }

    private static Access both(Access first, Access second) {
        return Access.of(first.reads() && second.reads(), first.writes() && second.writes());
    }

    private static Hop cachedHop(
            Transaction transaction,
            StreamTableEntry entry,
            ContextDescriptor context,
            PhysAddr output) {
        return new Hop(
                Step.TLB,
                "TLB of VMID " + entry.vmid() + " ASID " + context.asid(),
                transaction.address().value(),
                output.value(),
                null,
                null,
                List.of(),
                Map.of("page", PageSize.SIZE_4K.toString()),
                List.of());
    }

    private static Hop skipped(Transaction transaction, String what) {
        long address = transaction.address().value();
        return new Hop(
                Step.STAGE_1, what, address, address, null, null, List.of(), Map.of(), List.of());
    }

    private static TranslationFault badSubstream(Transaction transaction, String description) {
        return configuration(EventType.C_BAD_SUBSTREAMID, transaction, Step.STE, description);
    }

    private static TranslationFault disabled(Transaction transaction, String description) {
        return configuration(EventType.F_STREAM_DISABLED, transaction, Step.STE, description);
    }

    private static TranslationFault configuration(
            EventType type, Transaction transaction, Step step, String description) {
        return new TranslationFault(
                EventRecord.configuration(type, transaction), step, description);
    }
}
