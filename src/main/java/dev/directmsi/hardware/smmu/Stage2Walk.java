package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import dev.directmsi.hardware.smmu.Hop.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stage 2 for one transaction: its own address, and the fetches of guest structures on its behalf.
 * A fault comes from the range check, the leaf, the output size, the access flag and the
 * permissions, in this order (DDI 0487, D8.15).
 */
final class Stage2Walk {

    private static final long[] NOTHING = {};

    private final Transaction transaction;
    private final StreamTableEntry entry;
    private final int inputBits;
    private final int outputBits;
    private final @Nullable PageTable table;
    private final @Nullable PageSize granule;
    private final PhysicalMemory memory;
    private final @Nullable Tlb tlb;

    Stage2Walk(
            Transaction transaction,
            StreamTableEntry entry,
            Smmu smmu,
            @Nullable PageTable table,
            PhysicalMemory memory,
            @Nullable Tlb tlb) {
        this.transaction = transaction;
        this.entry = entry;
        this.inputBits = entry.vtcr().inputBits();
        this.outputBits = Math.min(entry.vtcr().outputBits(), smmu.oas());
        this.table = table;
        this.granule = table == null ? null : new PageSize(table.granule());
        this.memory = memory;
        this.tlb = tlb;
    }

    /**
     * What a translation led to.
     *
     * @param address the physical address
     * @param access what the leaf permits
     */
    record Output(PhysAddr address, Access access) {}

    /** Translates {@code ipa}, adding a hop to {@code hops} whether or not it succeeds. */
    Output translate(Ipa ipa, Cause cause, Story hops) throws TranslationFault {
        Optional<Leaf> found = leaf(ipa);
        if (found.isEmpty()) {
            hops.add(() -> hop(ipa, null, null, List.of(), Map.of()));
            throw fault(EventType.F_TRANSLATION, cause, ipa, "stage 2 has no leaf for " + ipa);
        }
        Leaf leaf = found.get();
        var output = new PhysAddr(leaf.descriptor.outputAddress().value() | leaf.offset(ipa));
        Optional<Refusal> refusal = refusal(leaf.descriptor, output, cause);
        hops.add(() ->
                hop(
                        ipa,
                        output.value(),
                        leaf.descriptor.level(),
                        List.of(leaf.descriptor.bits()),
                        leaf.descriptor.fields()));
        if (refusal.isPresent()) {
            throw fault(
                    refusal.get().type, cause, ipa, "stage 2 of " + ipa + ": " + refusal.get().why);
        }
        return new Output(output, leaf.descriptor.access());
    }

    /**
     * Reads consecutive words of the guest's memory.
     *
     * @param words as many as do not cross a page
     * @param from where the first one is
     * @param hops the stage-2 hop is added here
     */
    Fetch fetch(Ipa from, int words, Cause cause, Story hops) throws TranslationFault {
        PhysAddr address = translate(from, cause, hops).address;
        var read = new long[words];
        return new Fetch(address, memory.read(address, read) ? read : NOTHING);
    }

    /**
     * What a fetch found.
     *
     * @param address where it read
     * @param words empty if there is no memory
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Fetch(PhysAddr address, long[] words) {

        boolean isEmpty() {
            return words.length == 0;
        }

        List<Long> list() {
            var list = new ArrayList<Long>(words.length);
            for (long word : words) {
                list.add(word);
            }
            return list;
        }
    }

    private record Leaf(long inputBase, Stage2Descriptor descriptor) {
        long offset(Ipa ipa) {
            return ipa.value() - inputBase;
        }
    }

    private record Refusal(EventType type, String why) {}

    private Optional<Leaf> leaf(Ipa ipa) {
        if (!Bits.fits(ipa.value(), inputBits)) {
            return Optional.empty();
        }
        if (tlb != null) {
            Optional<Stage2Descriptor> cached = tlb.stage2(entry.vmid(), ipa);
            if (cached.isPresent()) {
                return cached.map(leaf -> new Leaf(leaf.size().floor(ipa.value()), leaf));
            }
        }
        if (table == null || granule == null || !Bits.fits(ipa.value(), table.inputBits())) {
            return Optional.empty();
        }
        Optional<PageTable.Leaf> walked = table.lookup(ipa.value());
        if (walked.isEmpty()) {
            return Optional.empty();
        }
        PageTable.Leaf leaf = walked.get();
        var descriptor =
                new Stage2Descriptor(
                        leaf.descriptor(), new PageSize(table.granule()), leaf.level());
        if (!descriptor.isValid()) {
            return Optional.empty();
        }
        if (tlb != null) {
            tlb.addStage2(entry.vmid(), ipa, descriptor);
        }
        return Optional.of(new Leaf(leaf.inputBase(), descriptor));
    }

    private Optional<Refusal> refusal(Stage2Descriptor leaf, PhysAddr output, Cause cause) {
        if (!Bits.fits(output.value(), outputBits)) {
            return Optional.of(new Refusal(EventType.F_ADDR_SIZE, output + " exceeds S2PS"));
        }
        if (!leaf.accessFlag()) {
            return Optional.of(new Refusal(EventType.F_ACCESS, "AF is clear"));
        }
        // S2PTW. IHI 0070, 5.2: also for fetches of context descriptors.
        if (cause != Cause.INPUT && entry.protectsWalks() && leaf.isDevice()) {
            return Optional.of(
                    new Refusal(EventType.F_PERMISSION, "a table walk may not use Device memory"));
        }
        Access wanted = cause == Cause.INPUT ? transaction.access() : Access.READ;
        if (!leaf.access().permits(wanted)) {
            return Optional.of(
                    new Refusal(
                            EventType.F_PERMISSION, leaf.access() + " does not permit " + wanted));
        }
        if (cause == Cause.INPUT
                && transaction.instruction()
                && !leaf.isExecutable(transaction.privileged())) {
            return Optional.of(new Refusal(EventType.F_PERMISSION, "execute-never"));
        }
        return Optional.empty();
    }

    private Hop hop(
            Ipa ipa,
            @Nullable Long output,
            @Nullable Integer level,
            List<Long> words,
            Map<String, String> fields) {
        return new Hop(
                Step.STAGE_2,
                "stage 2 of VMID " + entry.vmid(),
                ipa.value(),
                output,
                level,
                null,
                words,
                fields,
                List.of());
    }

    private TranslationFault fault(EventType type, Cause cause, Ipa ipa, String description) {
        return new TranslationFault(
                EventRecord.stage2(type, transaction, cause, ipa), Step.STAGE_2, description);
    }
}
