package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import dev.directmsi.hardware.smmu.Hop.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fetches a guest's context descriptor through stage 2, by one level or two (IHI 0070, 3.3.2). */
final class ContextFetch {

    private final Transaction transaction;
    private final StreamTableEntry entry;
    private final Smmu smmu;
    private final Stage2Walk stage2;
    private final @Nullable Tlb tlb;
    private final Story hops;

    ContextFetch(
            Transaction transaction,
            StreamTableEntry entry,
            Smmu smmu,
            Stage2Walk stage2,
            @Nullable Tlb tlb,
            Story hops) {
        this.transaction = transaction;
        this.entry = entry;
        this.smmu = smmu;
        this.stage2 = stage2;
        this.tlb = tlb;
        this.hops = hops;
    }

    /** The legal context descriptor of {@code ssid}; its hops are added. */
    ContextDescriptor fetch(int ssid) throws TranslationFault {
        if (tlb != null) {
            Optional<ContextDescriptor> cached = tlb.context(transaction.streamId(), ssid);
            if (cached.isPresent()) {
                hops.add(() ->
                        hop(
                                Step.CD,
                                name("cached CD", ssid),
                                ssid,
                                null,
                                null,
                                cached.get().words(),
                                cached.get().fields(),
                                List.of()));
                return cached.get();
            }
        }
        Ipa at = address(ssid);
        var words = read(Step.CD, "CD", ssid, at, ContextDescriptor.SIZE / Long.BYTES);
        var context = new ContextDescriptor(words);
        Optional<String> illegal = context.illegal(smmu, entry);
        if (illegal.isPresent()) {
            throw configuration(
                    EventType.C_BAD_CD, Step.CD, name("CD", ssid) + ": " + illegal.get());
        }
        if (tlb != null) {
            tlb.addContext(transaction.streamId(), ssid, context);
        }
        return context;
    }

    private Ipa address(int ssid) throws TranslationFault {
        var table = new Ipa(entry.s1ContextPtr());
        // IHI 0070, 5.2: S1Fmt is IGNORED with one context.
        if (entry.s1Fmt() == 0 || entry.s1CdMax() == 0) {
            return table.plus((long) ssid * ContextDescriptor.SIZE);
        }
        int leafBits = entry.s1Fmt() == 1 ? 6 : 10;
        long index = (long) ssid >>> leafBits;
        long pointer = read(Step.L1CD, "L1CD", ssid, table.plus(index * Long.BYTES), 1)[0];
        if (!Bits.bit(pointer, 0)) {
            // IHI 0070, 5.3.1
            throw configuration(
                    EventType.C_BAD_SUBSTREAMID, Step.L1CD, name("L1CD", ssid) + ": V is 0");
        }
        long offset = (ssid & Bits.mask(leafBits)) * ContextDescriptor.SIZE;
        return new Ipa((pointer & Bits.mask(56) & ~0xFFFL) + offset);
    }

    private long[] read(Step step, String kind, int ssid, Ipa at, int count)
            throws TranslationFault {
        Story fetches = hops.within();
        Stage2Walk.Fetch fetch;
        try {
            fetch = stage2.fetch(at, count, Cause.CONTEXT_FETCH, fetches);
        } catch (TranslationFault fault) {
            hops.add(() ->
                    hop(
                            step,
                            name(kind, ssid),
                            ssid,
                            null,
                            at,
                            List.of(),
                            Map.of(),
                            fetches.hops()));
            throw fault;
        }
        long[] words = fetch.words();
        hops.add(() ->
                hop(
                        step,
                        name(kind, ssid),
                        ssid,
                        output(step, words),
                        at,
                        fetch.list(),
                        fields(step, words),
                        fetches.hops()));
        if (fetch.isEmpty()) {
            throw new TranslationFault(
                    EventRecord.fetch(EventType.F_CD_FETCH, transaction, fetch.address()),
                    step,
                    name(kind, ssid) + ": no memory at " + fetch.address());
        }
        return words;
    }

    private static @Nullable Long output(Step step, long[] words) {
        return step == Step.L1CD && words.length > 0
                ? (Long) (words[0] & Bits.mask(56) & ~0xFFFL)
                : null;
    }

    private static Map<String, String> fields(Step step, long[] words) {
        if (words.length == 0) {
            return Map.of();
        }
        if (step == Step.CD) {
            return new ContextDescriptor(words).fields();
        }
        long pointer = words[0];
        return new Fields()
                .flag("v", Bits.bit(pointer, 0))
                .hex("l2Ptr", pointer & Bits.mask(56) & ~0xFFFL)
                .inOrder();
    }

    private String name(String kind, int ssid) {
        return kind + " of SID " + transaction.streamId() + " SSID " + ssid;
    }

    private static Hop hop(
            Step step,
            String name,
            int ssid,
            @Nullable Long output,
            @Nullable Ipa at,
            List<Long> words,
            Map<String, String> fields,
            List<Hop> fetches) {
        return new Hop(step, name, ssid, output, null, at, words, fields, fetches);
    }

    private TranslationFault configuration(EventType type, Step step, String description) {
        return new TranslationFault(
                EventRecord.configuration(type, transaction), step, description);
    }
}
