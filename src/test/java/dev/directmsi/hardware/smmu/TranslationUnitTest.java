package dev.directmsi.hardware.smmu;

import static dev.directmsi.hardware.smmu.Bench.CD_TABLE;
import static dev.directmsi.hardware.smmu.Bench.SID;
import static dev.directmsi.hardware.smmu.Bench.VMID;
import static dev.directmsi.hardware.smmu.Bench.event;
import static dev.directmsi.hardware.smmu.Bench.output;
import static dev.directmsi.hardware.smmu.Bench.page;
import static dev.directmsi.hardware.smmu.Bench.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Access;
import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import dev.directmsi.hardware.smmu.GuestStage1.Context;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every way in which a transaction can end, one by one. */
class TranslationUnitTest {

    private static final long VA = 0x1234_5000L;
    private static final long AF = 1L << 10;

    private Bench bench = new Bench(PageSize.SIZE_4K);

    @BeforeEach
    void oneGuestWithOnePage() {
        bench.stage2(VMID);
        bench.nest(page(VA, 0x4200_0000L));
    }

    private Ipa leafOf(long va) {
        return bench.write(va).hops().stream()
                .filter(hop -> hop.level() != null && hop.level() == 3)
                .map(Hop::fetchedFrom)
                .findFirst()
                .orElseThrow();
    }

    private void flip(Ipa word, long bits) {
        bench.write(word, bench.read(word) ^ bits);
    }

    @Test
    void pageOfTheGuest() {
        assertThat(output(bench.write(VA + 0x123))).isEqualTo(0x8_8200_0123L);
    }

    @Test
    void streamBeyondTheTable() {
        var beyond = Transaction.write(new StreamId(0x1_0000), new Iova(VA));
        var negative = Transaction.write(new StreamId(-1), new Iova(VA));

        assertThat(type(bench.translate(beyond))).isEqualTo(EventType.C_BAD_STREAMID);
        assertThat(type(bench.translate(negative))).isEqualTo(EventType.C_BAD_STREAMID);
    }

    @Test
    void streamWithoutEntry() {
        bench.streams.clear();

        assertThat(event(bench.write(VA))).isEqualTo(new EventRecord(0x100_0000_0004L, 0, 0, 0));
    }

    @Test
    void abortIsSilent() {
        bench.streams.put(SID, StreamTableEntry.abort());

        var translation = bench.write(VA);

        assertThat(translation.outcome()).isEqualTo(new Translation.Aborted());
        assertThat(translation.hops()).hasSize(1);
    }

    @Test
    void bypassPassesAddressesThatFit() {
        bench.streams.put(SID, StreamTableEntry.bypass());

        assertThat(output(bench.write(VA))).isEqualTo(VA);
        assertThat(type(bench.write(1L << 48))).isEqualTo(EventType.F_ADDR_SIZE);
        assertThat(event(bench.write(1L << 48)).isStage2()).isFalse();
    }

    @Test
    void substreamsWithoutStage1() {
        bench.streams.put(SID, StreamTableEntry.stage2(bench.stage2Of(VMID)));

        assertThat(output(bench.write(0x4000_0040L))).isEqualTo(0x8_8000_0040L);
        assertThat(substream(1)).isEqualTo(EventType.C_BAD_SUBSTREAMID);
    }

    private EventType substream(int ssid) {
        return type(bench.translate(Transaction.write(SID, new Iova(VA)).withSsid(ssid)));
    }

    @Test
    void substreamsWithOneContext() {
        assertThat(substream(0)).isEqualTo(EventType.C_BAD_SUBSTREAMID);
        assertThat(substream(1)).isEqualTo(EventType.C_BAD_SUBSTREAMID);
    }

    @Test
    void substreamsWithSeveralContexts() {
        contexts(DefaultSubstream.SUBSTREAM_0);

        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
        assertThat(output(bench.translate(Transaction.write(SID, new Iova(VA)).withSsid(2))))
                .isEqualTo(0x8_8300_0000L);
        assertThat(substream(0)).isEqualTo(EventType.F_STREAM_DISABLED);
        assertThat(substream(1)).isEqualTo(EventType.C_BAD_CD);
        assertThat(substream(4)).isEqualTo(EventType.C_BAD_SUBSTREAMID);
    }

    @Test
    void transactionsWithoutSubstreamMayBeTerminated() {
        contexts(DefaultSubstream.TERMINATE);

        assertThat(event(bench.write(VA))).isEqualTo(new EventRecord(0x100_0000_0006L, 0, 0, 0));
        assertThat(output(bench.translate(Transaction.write(SID, new Iova(VA)).withSsid(0))))
                .isEqualTo(0x8_8200_0000L);
    }

    private void contexts(DefaultSubstream s1dss) {
        bench.nest(
                SID,
                VMID,
                PageSize.SIZE_4K,
                s1dss,
                List.of(
                        new Context(0, 1, List.of(page(VA, 0x4200_0000L))),
                        new Context(2, 2, List.of(page(VA, 0x4300_0000L)))));
    }

    @Test
    void moreContextsThanTheSmmuHas() {
        bench.streams.put(
                SID, StreamTableEntry.nested(0x4010_000BL | 17L << 59, 0xD6, bench.stage2Of(VMID)));

        assertThat(type(bench.write(VA))).isEqualTo(EventType.C_BAD_STE);
    }

    @Test
    void contextsInTwoLevels() {
        // Leaves of 4K hold 64 contexts: SSID 70 is the seventh behind the second pointer.
        Ipa leaf = new Ipa(0x4018_0000L);
        for (int i = 0; i < 8; i++) {
            bench.write(leaf.plus(6 * 64 + 8L * i), bench.read(CD_TABLE.plus(8L * i)));
        }
        Ipa pointers = new Ipa(0x4019_0000L);
        bench.write(pointers.plus(8), leaf.value() | 1);
        bench.streams.put(
                SID,
                StreamTableEntry.nested(
                        pointers.value() | 0x1B | 7L << 59, 0xD6, bench.stage2Of(VMID)));

        assertThat(output(bench.translate(Transaction.write(SID, new Iova(VA)).withSsid(70))))
                .isEqualTo(0x8_8200_0000L);
        assertThat(substream(1)).isEqualTo(EventType.C_BAD_SUBSTREAMID);
        assertThat(substream(71)).isEqualTo(EventType.C_BAD_CD);
    }

    @Test
    void illegalContexts() {
        for (long bits :
                new long[] {
                    1L << 31, // V
                    1L << 41, // AA64
                    1L << 46, // A
                    1L << 15, // ENDI
                    1L << 44, // S
                    1L << 43, // HA
                    3L << 6, // TG0 reserved
                    0x20, // T0SZ 48
                }) {
            flip(CD_TABLE, bits);
            assertThat(event(bench.write(VA)))
                    .isEqualTo(new EventRecord(0x100_0000_000AL, 0, 0, 0));
            flip(CD_TABLE, bits);
        }
        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void tableBaseBeyondIps() {
        bench.write(CD_TABLE.plus(8), 1L << 48);

        assertThat(type(bench.write(VA))).isEqualTo(EventType.C_BAD_CD);
    }

    @Test
    void contextOutsideStage2() {
        bench.streams.put(SID, StreamTableEntry.nested(0x2000_000BL, 0xD6, bench.stage2Of(VMID)));

        var event = event(bench.write(VA + 8));

        assertThat(event)
                .isEqualTo(
                        new EventRecord(0x100_0000_0010L, 0x80_0000_0000L, VA + 8, 0x2000_0000L));
        assertThat(event.cause()).contains(Cause.CONTEXT_FETCH);
    }

    @Test
    void contextWhereNoMemoryIs() {
        var hole = new PhysAddr(0x1_0000_0000L);
        bench.stage2(VMID).ram(new Ipa(0x2000_0000L), hole, PageSize.SIZE_4K, Access.READ_WRITE);
        bench.streams.put(SID, StreamTableEntry.nested(0x2000_004BL, 0xD6, bench.stage2Of(VMID)));

        assertThat(event(bench.write(VA)))
                .isEqualTo(new EventRecord(0x100_0000_0009L, 0, 0, 0x1_0000_0040L));
    }

    @Test
    void tableWhereNoMemoryIs() {
        var hole = new PhysAddr(0x1_0000_0000L);
        bench.stage2(VMID).ram(new Ipa(0x2000_0000L), hole, PageSize.SIZE_4K, Access.READ_WRITE);
        bench.write(CD_TABLE.plus(8), 0x2000_0000L);

        assertThat(event(bench.write(VA)))
                .isEqualTo(new EventRecord(0x100_0000_000BL, 0x100_0000_0000L, VA, 0x1_0000_0000L));
    }

    @Test
    void nothingMapped() {
        assertThat(event(bench.read(VA + 0x1000)))
                .isEqualTo(new EventRecord(0x100_0000_0010L, 0x208_0000_0000L, VA + 0x1000, 0));
    }

    @Test
    void addressesOutsideTheRange() {
        assertThat(type(bench.write(1L << 48))).isEqualTo(EventType.F_TRANSLATION);
        assertThat(type(bench.write(-1L << 12))).isEqualTo(EventType.F_TRANSLATION);
        flip(CD_TABLE, 1L << 14); // EPD0
        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_TRANSLATION);
    }

    @Test
    void topByteCanBeIgnored() {
        assertThat(type(bench.write(VA | 0x7FL << 56))).isEqualTo(EventType.F_TRANSLATION);

        flip(CD_TABLE, 1L << 38);

        assertThat(output(bench.write(VA | 0x7FL << 56))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void upperHalfHasItsOwnTable() {
        // T1SZ 16, TG1 4K, EPD1 clear; the same tables serve both halves.
        flip(CD_TABLE, 1L << 30 | 16L << 16 | 2L << 22);
        bench.write(CD_TABLE.plus(16), bench.read(CD_TABLE.plus(8)));

        assertThat(output(bench.write(VA | 0xFFFFL << 48))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void smallerRangeStartsAtALowerLevel() {
        // T0SZ 25: 39 bits, level 1. The second table becomes the first.
        long second = bench.read(new Ipa(bench.read(CD_TABLE.plus(8)))) & 0xFFFF_FFFF_F000L;
        flip(CD_TABLE, 16 ^ 25);
        bench.write(CD_TABLE.plus(8), second);

        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
        assertThat(type(bench.write(1L << 39))).isEqualTo(EventType.F_TRANSLATION);
    }

    @Test
    void smallFirstTableNeedsNoPage() {
        // T0SZ 32: four entries of level 1, aligned to 64 bytes.
        long second = bench.read(new Ipa(bench.read(CD_TABLE.plus(8)))) & 0xFFFF_FFFF_F000L;
        Ipa small = new Ipa(0x4020_0FC0L);
        bench.write(small, bench.read(new Ipa(second)));
        flip(CD_TABLE, 16 ^ 32);
        bench.write(CD_TABLE.plus(8), small.value());

        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void accessFlag() {
        flip(leafOf(VA), AF);
        assertThat(event(bench.write(VA)))
                .isEqualTo(new EventRecord(0x100_0000_0012L, 0x200_0000_0000L, VA, 0));

        flip(CD_TABLE, 1L << 35); // AFFD
        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void readOnlyPage() {
        flip(leafOf(VA), 1 << 7);

        assertThat(output(bench.read(VA))).isEqualTo(0x8_8200_0000L);
        assertThat(event(bench.write(VA)))
                .isEqualTo(new EventRecord(0x100_0000_0013L, 0x200_0000_0000L, VA, 0));
    }

    @Test
    void hardwareKeepsFlagsAndDirtyState() {
        bench = new Bench(PageSize.SIZE_4K, Bench.smmu(48, 2));
        bench.stage2(VMID);
        bench.nest(page(VA, 0x4200_0000L));
        flip(leafOf(VA), AF | 1 << 7 | 1L << 51); // AF clear, read-only, DBM

        flip(CD_TABLE, 1L << 43); // HA
        assertThat(output(bench.read(VA))).isEqualTo(0x8_8200_0000L);
        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_PERMISSION);

        flip(CD_TABLE, 1L << 42); // HD
        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void privilegedPage() {
        flip(leafOf(VA), 1 << 6);
        var privileged = new Transaction(SID, null, Access.WRITE, true, false, new Iova(VA));

        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_PERMISSION);
        assertThat(output(bench.translate(privileged))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void tableDescriptorForbidsWritesBelow() {
        Ipa root = new Ipa(bench.read(CD_TABLE.plus(8)));
        flip(root, 1L << 62);
        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_PERMISSION);

        flip(CD_TABLE.plus(8), 2); // HAD0
        assertThat(output(bench.write(VA))).isEqualTo(0x8_8200_0000L);
    }

    @Test
    void instructionFetch() {
        var fetch = new Transaction(SID, null, Access.READ, false, true, new Iova(VA));
        assertThat(output(bench.translate(fetch))).isEqualTo(0x8_8200_0000L);

        flip(leafOf(VA), 1L << 54);

        assertThat(event(bench.translate(fetch)).q1()).isEqualTo(0x20C_0000_0000L);
    }

    @Test
    void leafBeyondIps() {
        flip(CD_TABLE, 5L << 32); // IPS 32 bits
        flip(leafOf(VA), 1L << 33);

        assertThat(event(bench.write(VA)))
                .isEqualTo(new EventRecord(0x100_0000_0011L, 0x200_0000_0000L, VA, 0));
    }

    @Test
    void addressSizeComesBeforeTheAccessFlag() {
        flip(CD_TABLE, 5L << 32);
        flip(leafOf(VA), 1L << 33 | AF);

        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_ADDR_SIZE);
    }

    @Test
    void reservedDescriptorAtTheLastLevel() {
        flip(leafOf(VA), 2);

        assertThat(type(bench.write(VA))).isEqualTo(EventType.F_TRANSLATION);
    }

    @Test
    void stage2PermissionAndOutputSize() {
        var page = new Ipa(0x4000_0000L);
        bench.streams.put(SID, StreamTableEntry.stage2(bench.stage2Of(VMID)));
        var table = new LeafTable(PageSize.SIZE_4K, 48);
        bench.stage2.put(VMID, table);

        table.ram(page, Bench.HOST_RAM, PageSize.SIZE_4K, Access.READ);
        assertThat(event(bench.write(page.value())))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0013L, 0x280_0000_0000L, 0x4000_0000L, 0x4000_0000L));

        bench.streams.put(
                SID,
                StreamTableEntry.stage2(
                        new StreamTableEntry.Stage2(
                                VMID,
                                Vtcr.of(PageSize.SIZE_4K, 32, 32, true),
                                false,
                                false,
                                false)));
        assertThat(event(bench.write(page.value())).type()).contains(EventType.F_ADDR_SIZE);
        assertThat(event(bench.write(1L << 32)).type()).contains(EventType.F_TRANSLATION);
    }

    @Test
    void stage2AccessFlagAndInvalidLeaf() {
        bench.streams.put(SID, StreamTableEntry.stage2(bench.stage2Of(VMID)));
        var table = new LeafTable(PageSize.SIZE_4K, 48);
        bench.stage2.put(VMID, table);
        var page =
                Stage2Descriptor.ram(
                        Bench.HOST_RAM,
                        PageSize.SIZE_4K,
                        PageSize.SIZE_4K,
                        Access.READ_WRITE,
                        false);

        table.put(0x4000_0000L, PageSize.SIZE_4K, 3, page.bits() & ~AF);
        assertThat(event(bench.write(0x4000_0000L)))
                .isEqualTo(
                        new EventRecord(
                                0x100_0000_0012L, 0x280_0000_0000L, 0x4000_0000L, 0x4000_0000L));

        table.put(0x4000_0000L, PageSize.SIZE_4K, 3, page.bits() & ~2);
        assertThat(type(bench.write(0x4000_0000L))).isEqualTo(EventType.F_TRANSLATION);
    }

    @Test
    void faultShowsHowFarItCame() {
        bench.write(CD_TABLE.plus(8), 0x2000_0000L);

        var hops = bench.write(VA).hops();

        var last = hops.getLast();
        assertThat(last.step()).isEqualTo(Hop.Step.STAGE_1);
        assertThat(last.fetchedFrom()).isEqualTo(new Ipa(0x2000_0000L));
        assertThat(last.words()).isEmpty();
        assertThat(last.fetches()).hasSize(1);
        assertThat(last.fetches().getFirst().input()).isEqualTo(0x2000_0000L);
        assertThat(last.fetches().getFirst().output()).isNull();
    }

    @Test
    void stage2WithoutTable() {
        bench.stage2.clear();

        assertThat(event(bench.write(VA)).cause()).contains(Cause.CONTEXT_FETCH);
    }

    @Test
    void hostOwnedStage1() {
        bench.streams.put(SID, StreamTableEntry.stage1(4, DefaultSubstream.SUBSTREAM_0, false));
        bench.hostContexts.put(0, hostTable(0x8_8000_0000L));
        bench.hostContexts.put(5, hostTable(0x8_9000_0000L));

        assertThat(output(bench.write(0x1008))).isEqualTo(0x8_8000_0008L);
        assertThat(output(bench.translate(Transaction.read(SID, new Iova(0x1008)).withSsid(5))))
                .isEqualTo(0x8_9000_0008L);
        assertThat(event(bench.write(0x2008)))
                .isEqualTo(new EventRecord(0x100_0000_0010L, 0x200_0000_0000L, 0x2008, 0));
        assertThat(substream(6)).isEqualTo(EventType.C_BAD_CD);
        assertThat(type(bench.write(0x3000))).isEqualTo(EventType.F_PERMISSION);
        assertThat(output(bench.write(0x4040))).isEqualTo(0x2205_0040L);
    }

    private static LeafTable hostTable(long output) {
        var granule = PageSize.SIZE_4K;
        var written = Stage1Descriptor.ram(output, granule, granule, Access.WRITE);
        var read = Stage1Descriptor.ram(output, granule, granule, Access.READ);
        var doorbell = Stage1Descriptor.windowMsiPage(new PhysAddr(0x2205_0000L), granule);
        return new LeafTable(granule, 48)
                .put(0x1000, granule, 3, written.bits())
                .put(0x3000, granule, 3, read.bits())
                .put(0x4000, granule, 3, doorbell.bits());
    }
}
