package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.GuestStage1.Context;
import dev.directmsi.hardware.smmu.GuestStage1.Mapping;
import dev.directmsi.hardware.smmu.Translation.Fault;
import dev.directmsi.hardware.smmu.Translation.Translated;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One SMMU with guests behind it: 1 GiB of guest RAM at IPA 0x40000000, each guest's in the same
 * place of the host, and no MSI pages until a test adds them.
 */
final class Bench {

    static final StreamId SID = new StreamId(0x100);
    static final Vmid VMID = new Vmid(1);
    static final Ipa RAM = new Ipa(0x4000_0000L);
    static final PhysAddr HOST_RAM = new PhysAddr(0x8_8000_0000L);
    static final long RAM_SIZE = 0x4000_0000L;
    static final Ipa CD_TABLE = new Ipa(0x4010_0000L);
    static final Ipa TABLES = new Ipa(0x4100_0000L);

    final Smmu smmu;
    final PageSize granule;
    final SparseMemory memory = new SparseMemory(AddressRange.of(HOST_RAM.value(), RAM_SIZE));
    final Map<StreamId, StreamTableEntry> streams = new HashMap<>();
    final Map<Vmid, LeafTable> stage2 = new HashMap<>();
    final Map<Integer, LeafTable> hostContexts = new HashMap<>();
    @Nullable Tlb tlb;

    Bench(PageSize granule) {
        this(granule, smmu(48, 0));
    }

    Bench(PageSize granule, Smmu smmu) {
        this.granule = granule;
        this.smmu = smmu;
    }

    static Smmu smmu(int oas, int httu) {
        return new Smmu(
                "smmu0",
                new PhysAddr(0x500_0000L),
                oas,
                List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K),
                16,
                16,
                16,
                true,
                false,
                httu,
                false,
                false,
                true,
                0);
    }

    /** A new stage-2 table with the guest's RAM in it. */
    LeafTable stage2(Vmid vmid) {
        var table = new LeafTable(granule, smmu.stage2Bits(granule));
        PageSize leaf = smmu.leafSizes(granule).getLast();
        if (leaf.bytes() > RAM_SIZE) {
            leaf = smmu.leafSizes(granule).get(1);
        }
        for (long at = 0; at < RAM_SIZE; at += leaf.bytes()) {
            table.ram(RAM.plus(at), HOST_RAM.plus(at), leaf, Access.READ_WRITE);
        }
        stage2.put(vmid, table);
        return table;
    }

    StreamTableEntry.Stage2 stage2Of(Vmid vmid) {
        int bits = smmu.stage2Bits(granule);
        return new StreamTableEntry.Stage2(
                vmid, Vtcr.of(granule, bits, smmu.oas(), true), false, false, false);
    }

    /** Writes a guest's stage 1 into its RAM and attaches a stream to it. */
    GuestStage1 nest(
            StreamId sid,
            Vmid vmid,
            PageSize guestGranule,
            DefaultSubstream s1dss,
            List<Context> contexts) {
        var stage1 = GuestStage1.build(CD_TABLE, TABLES, guestGranule, s1dss, contexts);
        for (TableImage image : stage1.images()) {
            for (int i = 0; i < image.size(); i++) {
                write(image.base().plus(8L * i), image.word(i));
            }
        }
        streams.put(sid, StreamTableEntry.nested(stage1.ste0(), stage1.ste1(), stage2Of(vmid)));
        return stage1;
    }

    /** The usual guest: 4K pages, one context with ASID 1, no PASIDs. */
    GuestStage1 nest(Mapping... mappings) {
        return nest(
                SID,
                VMID,
                PageSize.SIZE_4K,
                DefaultSubstream.SUBSTREAM_0,
                List.of(new Context(0, 1, List.of(mappings))));
    }

    static Mapping page(long va, long ipa) {
        return new Mapping(new Iova(va), new Ipa(ipa), PageSize.SIZE_4K.bytes(), Access.READ_WRITE);
    }

    void write(Ipa ipa, long word) {
        memory.write64(host(ipa), word);
    }

    long read(Ipa ipa) {
        return memory.read64(host(ipa)).orElseThrow();
    }

    static PhysAddr host(Ipa ipa) {
        return HOST_RAM.plus(ipa.value() - RAM.value());
    }

    Translation translate(Transaction transaction) {
        return new TranslationUnit(
                        smmu,
                        streams::get,
                        (_, vmid) -> Optional.ofNullable(stage2.get(vmid)),
                        (_, ssid) -> Optional.ofNullable(hostContexts.get(ssid)),
                        memory,
                        tlb)
                .translate(transaction);
    }

    Translation write(long va) {
        return translate(Transaction.write(SID, new Iova(va)));
    }

    Translation read(long va) {
        return translate(Transaction.read(SID, new Iova(va)));
    }

    static long output(Translation translation) {
        return switch (translation.outcome()) {
            case Translated translated -> translated.address().value();
            case Fault fault -> throw new AssertionError(fault.description());
            case Translation.Aborted _ -> throw new AssertionError("aborted");
        };
    }

    static EventRecord event(Translation translation) {
        return switch (translation.outcome()) {
            case Fault fault -> fault.event();
            case Translated translated ->
                    throw new AssertionError("translated to " + translated.address());
            case Translation.Aborted _ -> throw new AssertionError("aborted");
        };
    }

    static EventType type(Translation translation) {
        return event(translation).type().orElseThrow();
    }
}
