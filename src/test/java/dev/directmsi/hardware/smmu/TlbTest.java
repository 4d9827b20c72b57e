package dev.directmsi.hardware.smmu;

import static dev.directmsi.hardware.smmu.Bench.SID;
import static dev.directmsi.hardware.smmu.Bench.VMID;
import static dev.directmsi.hardware.smmu.Bench.output;
import static dev.directmsi.hardware.smmu.Bench.page;
import static dev.directmsi.hardware.smmu.SmmuCommand.Opcode.CFGI_CD;
import static dev.directmsi.hardware.smmu.SmmuCommand.Opcode.CFGI_CD_ALL;
import static dev.directmsi.hardware.smmu.SmmuCommand.Opcode.CFGI_STE;
import static dev.directmsi.hardware.smmu.SmmuCommand.Opcode.TLBI_NH_ALL;
import static dev.directmsi.hardware.smmu.SmmuCommand.Opcode.TLBI_S12_VMALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.GuestStage1.Mapping;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stays cached, and which command ends it. */
class TlbTest {

    private static final long VA = 0xFFFF_F000L;
    private static final Ipa MSI_PAGE = new Ipa(0x0809_0000L);
    private static final PhysAddr OLD = new PhysAddr(0x2205_0000L);
    private static final PhysAddr NEW = new PhysAddr(0x2305_0000L);
    private static final Vmid OTHER = new Vmid(2);

    private final Bench bench = new Bench(PageSize.SIZE_4K);
    private final Tlb tlb = new Tlb();

    @BeforeEach
    void warm() {
        bench.tlb = tlb;
        bench.stage2(VMID).direct(MSI_PAGE, OLD);
        bench.nest(page(VA, 0x0809_0000L));
        assertThat(write()).isEqualTo(0x2205_0040L);
    }

    private long write() {
        return output(bench.write(VA + 0x40));
    }

    private LeafTable stage2() {
        var table = bench.stage2.get(VMID);
        if (table == null) {
            throw new AssertionError();
        }
        return table;
    }

    @Test
    void stage2ChangeNeedsIpaAndCombinedInvalidation() {
        stage2().direct(MSI_PAGE, NEW);
        assertThat(write()).isEqualTo(0x2205_0040L);

        tlb.execute(SmmuCommand.tlbiS2Ipa("smmu0", VMID, MSI_PAGE));
        assertThat(write()).isEqualTo(0x2205_0040L);

        tlb.execute(SmmuCommand.ofVmid("smmu0", TLBI_NH_ALL, VMID));
        assertThat(write()).isEqualTo(0x2305_0040L);
    }

    @Test
    void combinedInvalidationAloneLeavesStage2() {
        stage2().direct(MSI_PAGE, NEW);

        tlb.execute(SmmuCommand.ofVmid("smmu0", TLBI_NH_ALL, VMID));

        assertThat(write()).isEqualTo(0x2205_0040L);
    }

    @Test
    void wholeVmidIsForgottenAtOnce() {
        stage2().direct(MSI_PAGE, NEW);

        tlb.execute(SmmuCommand.ofVmid("smmu0", TLBI_S12_VMALL, OTHER));
        assertThat(write()).isEqualTo(0x2205_0040L);
        tlb.execute(SmmuCommand.ofVmid("smmu0", TLBI_S12_VMALL, VMID));
        assertThat(write()).isEqualTo(0x2305_0040L);
    }

    @Test
    void everyVmidIsForgottenAtOnce() {
        stage2().direct(MSI_PAGE, NEW);

        tlb.execute(SmmuCommand.tlbiNsnhAll("smmu0"));

        assertThat(write()).isEqualTo(0x2305_0040L);
    }

    @Test
    void stage1ChangeNeedsAMatchingInvalidation() {
        bench.nest(page(VA, 0x4200_0000L));
        var va = new Iova(VA);
        assertThat(write()).isEqualTo(0x2205_0040L);

        tlb.execute(SmmuCommand.tlbiNhVa("smmu0", VMID, 2, va));
        tlb.execute(SmmuCommand.tlbiNhVa("smmu0", OTHER, 1, va));
        tlb.execute(SmmuCommand.tlbiNhVa("smmu0", VMID, 1, va.plus(0x1000)));
        tlb.execute(SmmuCommand.tlbiNhAsid("smmu0", VMID, 2));
        tlb.execute(SmmuCommand.tlbiNhVaa("smmu0", OTHER, va));
        assertThat(write()).isEqualTo(0x2205_0040L);

        tlb.execute(SmmuCommand.tlbiNhVa("smmu0", VMID, 1, va));
        assertThat(write()).isEqualTo(0x8_8200_0040L);
    }

    @Test
    void stage1ChangeByAsidOrInAllAsids() {
        bench.nest(page(VA, 0x4200_0000L));
        tlb.execute(SmmuCommand.tlbiNhAsid("smmu0", VMID, 1));
        assertThat(write()).isEqualTo(0x8_8200_0040L);

        bench.nest(page(VA, 0x4300_0000L));
        tlb.execute(SmmuCommand.tlbiNhVaa("smmu0", VMID, new Iova(VA)));
        assertThat(write()).isEqualTo(0x8_8300_0040L);
    }

    @Test
    void anyAddressOfABlockEndsAllOfIt() {
        var block =
                new Mapping(
                        new Iova(0x20_0000), new Ipa(0x4220_0000L), 0x20_0000, Access.READ_WRITE);
        bench.nest(block);
        assertThat(output(bench.write(0x20_1000))).isEqualTo(0x8_8220_1000L);
        bench.nest(page(0x20_1000, 0x4300_0000L));
        assertThat(output(bench.write(0x20_1000))).isEqualTo(0x8_8220_1000L);

        tlb.execute(SmmuCommand.tlbiNhVa("smmu0", VMID, 1, new Iova(0x3F_F000)));

        assertThat(output(bench.write(0x20_1000))).isEqualTo(0x8_8300_0000L);
    }

    @Test
    void streamTableEntryStaysUntilInvalidated() {
        bench.streams.put(SID, StreamTableEntry.abort());
        assertThat(write()).isEqualTo(0x2205_0040L);

        tlb.execute(SmmuCommand.ofStream("smmu0", CFGI_STE, new StreamId(7)));
        assertThat(write()).isEqualTo(0x2205_0040L);
        tlb.execute(SmmuCommand.ofStream("smmu0", CFGI_STE, SID));

        assertThat(bench.write(VA).outcome()).isEqualTo(new Translation.Aborted());
    }

    @Test
    void contextDescriptorStaysUntilInvalidated() {
        for (var opcode : new SmmuCommand.Opcode[] {CFGI_CD, CFGI_CD_ALL, CFGI_STE}) {
            bench.write(Bench.CD_TABLE, bench.read(Bench.CD_TABLE) & ~(1L << 31));
            assertThat(write()).isEqualTo(0x2205_0040L);

            tlb.execute(SmmuCommand.ofStream("smmu0", opcode, SID));

            assertThat(Bench.type(bench.write(VA))).isEqualTo(EventType.C_BAD_CD);
            bench.write(Bench.CD_TABLE, bench.read(Bench.CD_TABLE) | 1L << 31);
            assertThat(write()).isEqualTo(0x2205_0040L);
        }
    }

    @Test
    void cachedWritableEntryGivesNoReads() {
        assertThat(Bench.type(bench.read(VA))).isEqualTo(EventType.F_PERMISSION);
    }

    @Test
    void cachedTranslationShowsItself() {
        assertThat(bench.write(VA).hops().getLast().step()).isEqualTo(Hop.Step.TLB);
    }
}
