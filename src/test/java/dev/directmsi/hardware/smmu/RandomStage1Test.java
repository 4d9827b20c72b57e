package dev.directmsi.hardware.smmu;

import static dev.directmsi.hardware.smmu.Bench.SID;
import static dev.directmsi.hardware.smmu.Bench.VMID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.GuestStage1.Context;
import dev.directmsi.hardware.smmu.GuestStage1.Mapping;
import dev.directmsi.hardware.smmu.Translation.Translated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stage 1 is built, a walk finds in it what was asked for, and nothing else. */
class RandomStage1Test {

    private static final int ROUNDS = 60;
    private static final int PROBES = 40;
    private static final long IPA_BASE = 0x1_0000_0000L;

    private final long seed = Long.getLong("seed", new Random().nextLong());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @ValueSource(ints = {12, 14, 16})
    void walkFindsWhatWasBuilt(int shift) {
        System.out.println("-Dseed=" + seed);
        var granule = new PageSize(1L << shift);
        for (int round = 0; round < ROUNDS; round++) {
            var contexts = contexts(granule);
            var bench = new Bench(PageSize.SIZE_4K);
            identityAbove(bench);
            bench.nest(SID, VMID, granule, DefaultSubstream.TERMINATE, contexts);
            for (int probe = 0; probe < PROBES; probe++) {
                probe(bench, contexts.get(random.nextInt(contexts.size())));
            }
        }
    }

    // Stage 2 hands IPAs above the guest's RAM through, so that a test sees what stage 1 made.
    private static void identityAbove(Bench bench) {
        var table = bench.stage2(VMID);
        var size = new PageSize(1 << 30);
        for (long at = IPA_BASE; at < IPA_BASE + (16L << 30); at += size.bytes()) {
            table.ram(new Ipa(at), new PhysAddr(at), size, Access.READ_WRITE);
        }
    }

    private List<Context> contexts(PageSize granule) {
        var contexts = new ArrayList<Context>();
        int pasid = random.nextInt(3);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            contexts.add(new Context(pasid, random.nextInt(1 << 16), mappings(granule)));
            pasid += 1 + random.nextInt(100);
        }
        if (contexts.getLast().pasid() == 0) {
            contexts.add(new Context(1, 0, List.of()));
        }
        return contexts;
    }

    private List<Mapping> mappings(PageSize granule) {
        var mappings = new ArrayList<Mapping>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            int kind = random.nextInt(5);
            // Sizes of blocks: 32M has them with 4K and 16K, 512M with 64K too.
            long unit = kind == 0 ? 1 << 25 : kind == 1 ? 1 << 29 : granule.bytes();
            long va = (random.nextLong(1L << 18) << 30) | (random.nextLong(1 << 30) & -unit);
            long ipa = IPA_BASE + (random.nextLong(8L << 30) & -unit);
            long length = unit * (1 + random.nextInt(kind < 2 ? 3 : 40));
            var mapping =
                    new Mapping(
                            new Iova(va),
                            new Ipa(ipa),
                            length,
                            random.nextBoolean() ? Access.READ : Access.READ_WRITE);
            boolean fits = va + length <= 1L << 48;
            if (fits && mappings.stream().noneMatch(other -> overlap(other, mapping))) {
                mappings.add(mapping);
            }
        }
        return mappings;
    }

    private static boolean overlap(Mapping first, Mapping second) {
        return range(first).overlaps(range(second));
    }

    private static AddressRange range(Mapping mapping) {
        return AddressRange.of(mapping.va().value(), mapping.length());
    }

    private void probe(Bench bench, Context context) {
        long va = address(context);
        boolean write = random.nextBoolean();
        Optional<Mapping> mapping =
                context.mappings().stream().filter(one -> range(one).contains(va)).findFirst();
        var transaction =
                (write ? Transaction.write(SID, new Iova(va)) : Transaction.read(SID, new Iova(va)))
                        .withSsid(context.pasid());

        var outcome = bench.translate(transaction).outcome();

        String what = "seed " + seed + ", " + transaction + " in " + context;
        if (mapping.isEmpty()) {
            assertThat(outcome)
                    .as(what)
                    .extracting(it -> ((Translation.Fault) it).event())
                    .isEqualTo(EventRecord.stage1(EventType.F_TRANSLATION, transaction));
        } else if (write && !mapping.get().access().writes()) {
            assertThat(outcome)
                    .as(what)
                    .extracting(it -> ((Translation.Fault) it).event())
                    .isEqualTo(EventRecord.stage1(EventType.F_PERMISSION, transaction));
        } else {
            long offset = va - mapping.get().va().value();
            long expected = mapping.get().ipa().value() + offset;
            assertThat(outcome).as(what).isEqualTo(new Translated(new PhysAddr(expected)));
        }
    }

    // Inside a mapping, at its edges, just outside, or anywhere.
    private long address(Context context) {
        if (context.mappings().isEmpty() || random.nextInt(8) == 0) {
            return random.nextLong(1L << 48);
        }
        var range = range(context.mappings().get(random.nextInt(context.mappings().size())));
        return switch (random.nextInt(5)) {
            case 0 -> range.first();
            case 1 -> range.last();
            case 2 -> Math.max(0, range.first() - 1);
            case 3 -> Math.min((1L << 48) - 1, range.last() + 1);
            default -> range.first() + random.nextLong(range.length());
        };
    }
}
