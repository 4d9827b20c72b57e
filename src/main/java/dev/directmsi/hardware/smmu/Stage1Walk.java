package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import dev.directmsi.hardware.smmu.Hop.Step;
import dev.directmsi.hardware.smmu.Stage1Descriptor.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a guest's stage-1 tables in its memory (DDI 0487, D8.2; IHI 0070, 3.4). Every table
 * is fetched through stage 2.
 */
final class Stage1Walk {

    private static final int NO_UNPRIVILEGED = 1;
    private static final int NO_WRITES = 2;

    private final Transaction transaction;
    private final ContextDescriptor context;
    private final int outputBits;
    private final Stage2Walk stage2;
    private final Story hops;
    // What table descriptors on the way have taken away: APTable, PXNTable, UXNTable.
    private int restrictions;
    private boolean executeNever;

    Stage1Walk(
            Transaction transaction,
            ContextDescriptor context,
            Smmu smmu,
            Stage2Walk stage2,
            Story hops) {
        this.transaction = transaction;
        this.context = context;
        this.outputBits = Math.min(context.outputBits(), smmu.oas());
        this.stage2 = stage2;
        this.hops = hops;
    }

    /**
     * What a walk found.
     *
     * @param ipa the output address
     * @param leaf the leaf
     * @param access what this transaction's kind may do there
     */
    record Output(Ipa ipa, Stage1Descriptor leaf, Access access) {}

    Output translate() throws TranslationFault {
        long va = transaction.address().value();
        var region = context.region(va);
        if (region.isEmpty()) {
            throw fault(
                    EventType.F_TRANSLATION,
                    "the half of " + transaction.address() + " is disabled");
        }
        return walk(va, region.get());
    }

    private Output walk(long va, ContextDescriptor.Region region) throws TranslationFault {
        if (!isInRange(va, region)) {
            throw fault(EventType.F_TRANSLATION, transaction.address() + " is outside TxSZ");
        }
        Granule granule = region.granule();
        int level = granule.startLevel(region.inputBits());
        long table = region.base() & -rootSize(region, level);
        int top = region.inputBits() - 1;
        while (true) {
            long index = Bits.field(va, top, granule.shiftAt(level));
            var descriptor = fetch(new Ipa(table + index * Long.BYTES), granule, level);
            if (descriptor.kind() == Kind.INVALID) {
                throw fault(EventType.F_TRANSLATION, "level " + level + " is invalid");
            }
            if (!Bits.fits(descriptor.address(), outputBits)) {
                throw fault(EventType.F_ADDR_SIZE, "level " + level + " leads beyond IPS");
            }
            if (descriptor.kind().isLeaf()) {
                return leaf(va, descriptor);
            }
            if (region.hierarchical()) {
                restrict(descriptor);
            }
            table = descriptor.address();
            top = granule.shiftAt(level) - 1;
            level++;
        }
    }

    // IHI 0070, 3.4.1: the bits above the range, down to TBI's, all equal bit 55.
    private static boolean isInRange(long va, ContextDescriptor.Region region) {
        long above = Bits.field(va, region.topBit(), region.inputBits());
        return above
                == (Bits.bit(va, 55) ? Bits.mask(region.topBit() - region.inputBits() + 1) : 0);
    }

    // The first table is as long as the range needs, but aligned to 64 bytes at least.
    private static long rootSize(ContextDescriptor.Region region, int level) {
        long entries = 1L << (region.inputBits() - region.granule().shiftAt(level));
        return Math.max(64, entries * Long.BYTES);
    }

    private Stage1Descriptor fetch(Ipa at, Granule granule, int level) throws TranslationFault {
        Story fetches = hops.within();
        try {
            var fetch = stage2.fetch(at, 1, Cause.TABLE_WALK, fetches);
            if (fetch.isEmpty()) {
                hops.add(() -> hop(level, at, null, List.of(), Map.of(), fetches.hops()));
                throw new TranslationFault(
                        EventRecord.walkAbort(transaction, fetch.address()),
                        Step.STAGE_1,
                        "no memory at " + fetch.address() + " for the level " + level + " table");
            }
            var descriptor = new Stage1Descriptor(fetch.words()[0], granule.size(), level);
            hops.add(() ->
                    hop(
                            level,
                            at,
                            output(descriptor),
                            fetch.list(),
                            descriptor.fields(),
                            fetches.hops()));
            return descriptor;
        } catch (TranslationFault stage2Fault) {
            if (stage2Fault.fault().step() == Step.STAGE_2) {
                hops.add(() -> hop(level, at, null, List.of(), Map.of(), fetches.hops()));
            }
            throw stage2Fault;
        }
    }

    private @Nullable Long output(Stage1Descriptor descriptor) {
        return switch (descriptor.kind()) {
            case INVALID -> null;
            case TABLE -> descriptor.address();
            case BLOCK, PAGE ->
                    descriptor.address() | descriptor.size().offset(transaction.address().value());
        };
    }

    private void restrict(Stage1Descriptor table) {
        restrictions |= table.apTable();
        executeNever |= Bits.bit(table.bits(), transaction.privileged() ? 59 : 60);
    }

    private Output leaf(long va, Stage1Descriptor leaf) throws TranslationFault {
        if (!leaf.accessFlag() && !context.ignoresAccessFlag()) {
            throw fault(EventType.F_ACCESS, "AF is clear");
        }
        Access access = permitted(leaf);
        if (!access.permits(transaction.access())) {
            throw fault(
                    EventType.F_PERMISSION, access + " does not permit " + transaction.access());
        }
        boolean never =
                transaction.privileged()
                        ? leaf.privilegedExecuteNever()
                        : leaf.unprivilegedExecuteNever();
        if (transaction.instruction() && (never || executeNever)) {
            throw fault(EventType.F_PERMISSION, "execute-never");
        }
        return new Output(new Ipa(leaf.address() | leaf.size().offset(va)), leaf, access);
    }

    private Access permitted(Stage1Descriptor leaf) {
        boolean barred = !transaction.privileged() && (restrictions & NO_UNPRIVILEGED) != 0;
        Access access = leaf.access(transaction.privileged(), context.updatesDirtyState());
        return Access.of(
                access.reads() && !barred,
                access.writes() && !barred && (restrictions & NO_WRITES) == 0);
    }

    private Hop hop(
            int level,
            Ipa at,
            @Nullable Long output,
            List<Long> words,
            Map<String, String> fields,
            List<Hop> fetches) {
        return new Hop(
                Step.STAGE_1,
                "stage 1 level " + level,
                transaction.address().value(),
                output,
                level,
                at,
                words,
                fields,
                fetches);
    }

    private TranslationFault fault(EventType type, String why) {
        return new TranslationFault(
                EventRecord.stage1(type, transaction),
                Step.STAGE_1,
                "stage 1 of " + transaction.address() + ": " + why);
    }
}
