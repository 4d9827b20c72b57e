package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.Hop.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stage 1 in the host's hands (Config 5). Context and tables are views, so there is nothing to
 * fetch; the faults are those of {@link Stage1Walk}.
 */
final class HostStage1Walk {

    private final Transaction transaction;
    private final Smmu smmu;
    private final Story hops;

    HostStage1Walk(Transaction transaction, Smmu smmu, Story hops) {
        this.transaction = transaction;
        this.smmu = smmu;
        this.hops = hops;
    }

    /** Translates with the table of {@code ssid}; null is a context descriptor with V clear. */
    PhysAddr translate(int ssid, @Nullable PageTable table) throws TranslationFault {
        hops.add(() ->
                new Hop(
                        Step.CD,
                        name(ssid),
                        ssid,
                        null,
                        null,
                        null,
                        List.of(),
                        contextFields(table),
                        List.of()));
        if (table == null) {
            throw new TranslationFault(
                    EventRecord.configuration(EventType.C_BAD_CD, transaction),
                    Step.CD,
                    name(ssid) + ": V is 0");
        }
        long va = transaction.address().value();
        var leaf = Bits.fits(va, table.inputBits()) ? table.lookup(va).orElse(null) : null;
        if (leaf == null) {
            hops.add(() -> hop(null, null, List.of(), Map.of()));
            throw fault(EventType.F_TRANSLATION, "no leaf");
        }
        var descriptor =
                new Stage1Descriptor(
                        leaf.descriptor(), new PageSize(table.granule()), leaf.level());
        return output(descriptor, va - leaf.inputBase());
    }

    private String name(int ssid) {
        return "CD of SID " + transaction.streamId() + " SSID " + ssid + ", the host's";
    }

    private PhysAddr output(Stage1Descriptor leaf, long offset) throws TranslationFault {
        var output = new PhysAddr(leaf.address() | offset);
        hops.add(() -> hop(leaf.level(), output.value(), List.of(leaf.bits()), leaf.fields()));
        if (!leaf.kind().isLeaf()) {
            throw fault(EventType.F_TRANSLATION, "an invalid leaf");
        }
        if (!Bits.fits(output.value(), smmu.oas())) {
            throw fault(EventType.F_ADDR_SIZE, output + " exceeds IPS");
        }
        if (!leaf.accessFlag() && smmu.httu() == 0) {
            throw fault(EventType.F_ACCESS, "AF is clear");
        }
        // A host that sets DBM has also set CD.HD.
        Access access = leaf.access(transaction.privileged(), smmu.httu() >= 2);
        if (!access.permits(transaction.access())) {
            throw fault(
                    EventType.F_PERMISSION, access + " does not permit " + transaction.access());
        }
        boolean never =
                transaction.privileged()
                        ? leaf.privilegedExecuteNever()
                        : leaf.unprivilegedExecuteNever();
        if (transaction.instruction() && never) {
            throw fault(EventType.F_PERMISSION, "execute-never");
        }
        return output;
    }

    private static Map<String, String> contextFields(@Nullable PageTable table) {
        return table == null
                ? Map.of("v", "0")
                : new Fields()
                        .flag("v", true)
                        .text("tg0", new PageSize(table.granule()).toString())
                        .number("t0sz", 64L - table.inputBits())
                        .inOrder();
    }

    private Hop hop(
            @Nullable Integer level,
            @Nullable Long output,
            List<Long> words,
            Map<String, String> fields) {
        return new Hop(
                Step.STAGE_1,
                "stage 1, the host's",
                transaction.address().value(),
                output,
                level,
                null,
                words,
                fields,
                List.of());
    }

    private TranslationFault fault(EventType type, String why) {
        return new TranslationFault(
                EventRecord.stage1(type, transaction),
                Step.STAGE_1,
                "stage 1 of " + transaction.address() + ": " + why);
    }
}
