package dev.directmsi.hardware.smmu;

import static dev.directmsi.hardware.smmu.Bench.SID;
import static dev.directmsi.hardware.smmu.Bench.VMID;
import static dev.directmsi.hardware.smmu.Bench.event;
import static dev.directmsi.hardware.smmu.Bench.output;
import static dev.directmsi.hardware.smmu.Bench.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.GuestStage1.Context;
import dev.directmsi.hardware.smmu.GuestStage1.Mapping;
import dev.directmsi.hardware.smmu.Hop.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The acceptance traces as far as an SMMU alone can tell them: from the device to the doorbell. */
class AcceptanceTraceTest {

    private static final Ipa WINDOW_PAGE = new Ipa(0x0800_0000L);
    private static final Ipa VITS_PAGE = new Ipa(0x0809_0000L);
    private static final PhysAddr ITS_PAGE = new PhysAddr(0x2205_0000L);
    private static final long DOORBELL = 0x2205_0040L;
    private static final Mapping RMR =
            new Mapping(new Iova(0x0800_0000L), WINDOW_PAGE, 0x10_0000, Access.READ_WRITE);

    @Test
    void t1WindowModeWithTheGuestsDmaApiWorks() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(VMID).window(WINDOW_PAGE, ITS_PAGE);
        bench.nest(RMR, page(0xFFFF_F000L, 0x0809_0000L));

        assertThat(output(bench.write(0x0800_0040L))).isEqualTo(DOORBELL);
        assertThat(event(bench.write(0xFFFF_F040L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0010L, 0x280_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
    }

    @Test
    void t2WindowModeWithTheGuestsVfioFaultsAtStage2() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(VMID).window(WINDOW_PAGE, ITS_PAGE);
        bench.nest(page(0x0800_0000L, 0x0809_0000L));

        var event = event(bench.write(0x0800_0040L));

        assertThat(event)
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0010L, 0x280_0000_0000L, 0x0800_0040L, 0x0809_0000L));
        assertThat(event.isForwardedToGuest()).isFalse();
    }

    @Test
    void t2WindowModeWithADummyPageIsLostInRam() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(VMID)
                .window(WINDOW_PAGE, ITS_PAGE)
                .ram(VITS_PAGE, Bench.HOST_RAM, PageSize.SIZE_4K, Access.READ_WRITE);
        bench.nest(page(0x0800_0000L, 0x0809_0000L));

        assertThat(output(bench.write(0x0800_0040L))).isEqualTo(0x8_8000_0040L);
    }

    @Test
    void t3DirectModeWithTheGuestsDmaApiWorks() {
        var bench = direct(PageSize.SIZE_4K);
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));

        var translation = bench.write(0xFFFF_F040L);

        assertThat(output(translation)).isEqualTo(DOORBELL);
        var last = translation.hops().getLast();
        assertThat(last.step()).isEqualTo(Step.STAGE_2);
        assertThat(last.input()).isEqualTo(0x0809_0040L);
        assertThat(last.words()).containsExactly(0x0060_0000_2205_0687L);
    }

    @Test
    void t3TellsTheWholeStory() {
        var bench = direct(PageSize.SIZE_4K);
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));

        var hops = bench.write(0xFFFF_F040L).hops();

        assertThat(hops.stream().map(Hop::what))
                .containsExactly(
                        "STE of SID 0x100",
                        "CD of SID 0x100 SSID 0",
                        "stage 1 level 0",
                        "stage 1 level 1",
                        "stage 1 level 2",
                        "stage 1 level 3",
                        "stage 2 of VMID 1");
        assertThat(hops.get(0).words())
                .containsExactly(0x4010_000FL, 0x800D6L, 0x044D_3590_0000_0001L, 0L);
        assertThat(hops.get(1).fetchedFrom()).isEqualTo(Bench.CD_TABLE);
        assertThat(hops.get(1).fields()).containsEntry("asid", "1");
        assertThat(hops.get(1).fetches().getFirst().output()).isEqualTo(0x8_8010_0000L);
        var leaf = hops.get(5);
        assertThat(leaf.level()).isEqualTo(3);
        assertThat(leaf.input()).isEqualTo(0xFFFF_F040L);
        assertThat(leaf.output()).isEqualTo(0x0809_0040L);
        assertThat(leaf.fetchedFrom()).isEqualTo(Bench.TABLES.plus(0x3000 + 0x1FF * 8));
        assertThat(leaf.words()).containsExactly(0x0809_0F47L);
        assertThat(leaf.fetches()).hasSize(1);
        assertThat(leaf.fetches().getFirst().step()).isEqualTo(Step.STAGE_2);
    }

    @Test
    void t4DirectModeWithTheGuestsVfioWorks() {
        var bench = direct(PageSize.SIZE_4K);
        bench.nest(page(0x0800_0000L, 0x0809_0000L));

        assertThat(output(bench.write(0x0800_0040L))).isEqualTo(DOORBELL);
    }

    @Test
    void t4ReadOfTheDoorbellIsRefused() {
        var bench = direct(PageSize.SIZE_4K);
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));

        assertThat(event(bench.read(0xFFFF_F040L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0013L, 0x288_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
    }

    @Test
    void t5DirectModeWithStage1BypassedWorks() {
        var bench = direct(PageSize.SIZE_4K);

        bench.streams.put(SID, StreamTableEntry.nested(0x9, 0, bench.stage2Of(VMID)));
        assertThat(output(bench.write(0x0809_0040L))).isEqualTo(DOORBELL);

        bench.nest(
                SID,
                VMID,
                PageSize.SIZE_4K,
                DefaultSubstream.BYPASS,
                List.of(new Context(3, 1, List.of(page(0x1000, 0x4000_0000L)))));
        assertThat(output(bench.write(0x0809_0040L))).isEqualTo(DOORBELL);
        assertThat(output(bench.translate(Transaction.read(SID, new Iova(0x1008)).withSsid(3))))
                .isEqualTo(0x8_8000_0008L);
    }

    @Test
    void t6TwoItsesNeedTwoCopies() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(new Vmid(1)).direct(VITS_PAGE, new PhysAddr(0xFE65_0000L));
        bench.stage2(new Vmid(2)).direct(VITS_PAGE, new PhysAddr(0xFE67_0000L));
        nestTwo(bench, new Vmid(1), new Vmid(2));

        assertThat(output(bench.translate(A))).isEqualTo(0xFE65_0040L);
        assertThat(output(bench.translate(B))).isEqualTo(0xFE67_0040L);
    }

    @Test
    void t6BothInOneCopyReachTheWrongIts() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(new Vmid(1)).direct(VITS_PAGE, new PhysAddr(0xFE65_0000L));
        nestTwo(bench, new Vmid(1), new Vmid(1));

        assertThat(output(bench.translate(B))).isEqualTo(0xFE65_0040L);
    }

    @Test
    void t6OneVmidForTwoTablesReachesTheWrongItsWithAWarmTlb() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.tlb = new Tlb();
        bench.stage2(new Vmid(1)).direct(VITS_PAGE, new PhysAddr(0xFE65_0000L));
        nestTwo(bench, new Vmid(1), new Vmid(1));
        assertThat(output(bench.translate(A))).isEqualTo(0xFE65_0040L);

        bench.stage2(new Vmid(1)).direct(VITS_PAGE, new PhysAddr(0xFE67_0000L));

        assertThat(output(bench.translate(B))).isEqualTo(0xFE65_0040L);
        bench.tlb = new Tlb();
        assertThat(output(bench.translate(B))).isEqualTo(0xFE67_0040L);
    }

    private static final StreamId SID_A = new StreamId(0x2000);
    private static final StreamId SID_B = new StreamId(0);
    private static final Transaction A = Transaction.write(SID_A, new Iova(0xFFFF_F040L));
    private static final Transaction B = Transaction.write(SID_B, new Iova(0xFFFF_F040L));

    private static void nestTwo(Bench bench, Vmid ofA, Vmid ofB) {
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));
        bench.streams.put(SID_A, StreamTableEntry.nested(0x4010_000BL, 0xD6, bench.stage2Of(ofA)));
        bench.streams.put(SID_B, StreamTableEntry.nested(0x4010_000BL, 0xD6, bench.stage2Of(ofB)));
    }

    @Test
    void t8HostPagesOf64KAndGuestPagesOf4K() {
        var bench = direct(PageSize.SIZE_64K);
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));

        assertThat(output(bench.write(0xFFFF_F040L))).isEqualTo(DOORBELL);
        assertThat(bench.write(0xFFFF_0040L).outcome()).isInstanceOf(Translation.Fault.class);
    }

    @Test
    void t17TablesInTheDirectPageFaultAtStage2() {
        var bench = direct(PageSize.SIZE_4K);
        bench.nest(page(0xFFFF_F000L, 0x0809_0000L));
        bench.write(Bench.CD_TABLE.plus(8), 0x0809_0000L);

        // CLASS TT, TTRnW read, and the IPA of the table.
        assertThat(event(bench.write(0xFFFF_F040L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0013L, 0x1180_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
    }

    @Test
    void t17TablesOrContextsInAReadableDevicePageFaultToo() {
        var bench = new Bench(PageSize.SIZE_4K);
        bench.stage2(VMID).window(WINDOW_PAGE, ITS_PAGE);
        bench.nest(RMR);
        bench.write(Bench.CD_TABLE.plus(8), 0x0800_0000L);

        assertThat(event(bench.read(0x0800_0040L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0013L, 0x1188_0000_0000L, 0x0800_0040L, 0x0800_0000L));

        bench.streams.put(SID, StreamTableEntry.nested(0x0800_000BL, 0xD6, bench.stage2Of(VMID)));
        assertThat(event(bench.read(0x0800_0040L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0013L, 0x88_0000_0000L, 0x0800_0040L, 0x0800_0000L));
    }

    private static Bench direct(PageSize granule) {
        var bench = new Bench(granule);
        bench.stage2(VMID).direct(VITS_PAGE, ITS_PAGE);
        return bench;
    }
}
