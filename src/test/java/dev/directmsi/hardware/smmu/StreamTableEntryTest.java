package dev.directmsi.hardware.smmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.smmu.StreamTableEntry.Config;
import dev.directmsi.hardware.smmu.StreamTableEntry.Stage2;
import org.junit.jupiter.api.Test;

class StreamTableEntryTest {

    private static final long GUEST_0 = 0x4010_000BL;
    private static final long GUEST_1 = 0xD6L;
    private static final Vtcr VTCR_4K = Vtcr.of(PageSize.SIZE_4K, 48, 48, true);

    @Test
    void stage2Controls() {
        assertThat(VTCR_4K).isEqualTo(new Vtcr(0x53590));
        assertThat(Vtcr.of(PageSize.SIZE_64K, 48, 48, true)).isEqualTo(new Vtcr(0x57590));
        assertThat(Vtcr.of(PageSize.SIZE_4K, 44, 44, true)).isEqualTo(new Vtcr(0x43594));
        assertThat(Vtcr.of(PageSize.SIZE_4K, 48, 48, false)).isEqualTo(new Vtcr(0x52090));
    }

    @Test
    void fewRootEntriesBecomeConcatenatedTables() {
        // S2SL0 1 is level 1 with 4K: 2 and 8 tables of level 1 instead of a level 0.
        assertThat(Vtcr.of(PageSize.SIZE_4K, 40, 40, true).bits() >> 6 & 3).isEqualTo(1);
        assertThat(Vtcr.of(PageSize.SIZE_4K, 42, 42, true).bits() >> 6 & 3).isEqualTo(1);
        assertThat(Vtcr.of(PageSize.SIZE_16K, 48, 48, true).bits() >> 6 & 3).isEqualTo(2);
    }

    @Test
    void nestedEntryOfVmid1() {
        assertThat(StreamTableEntry.nested(GUEST_0, GUEST_1, stage2(1, false)))
                .isEqualTo(new StreamTableEntry(0x4010_000FL, 0x800D6L, 0x044D_3590_0000_0001L, 0));
    }

    @Test
    void nestedEntryWithForcedWriteBackOfVmid2() {
        assertThat(StreamTableEntry.nested(GUEST_0, GUEST_1, stage2(2, true)))
                .isEqualTo(
                        new StreamTableEntry(0x4010_000FL, 0x208_00D6L, 0x044D_3590_0000_0002L, 0));
    }

    @Test
    void stage2EntryWith64K() {
        var stage2 =
                new Stage2(
                        new Vmid(1), Vtcr.of(PageSize.SIZE_64K, 48, 48, true), false, false, false);

        assertThat(StreamTableEntry.stage2(stage2))
                .isEqualTo(new StreamTableEntry(0xD, 0, 0x044D_7590_0000_0001L, 0));
    }

    @Test
    void guestAbortAndInvalidBecomeAbort() {
        assertThat(StreamTableEntry.nested(0x1, GUEST_1, stage2(1, false)))
                .isEqualTo(StreamTableEntry.abort());
        assertThat(StreamTableEntry.nested(0xFFFF_FFFEL, GUEST_1, stage2(1, false)))
                .isEqualTo(StreamTableEntry.abort());
        assertThat(StreamTableEntry.abort().isValid()).isTrue();
    }

    @Test
    void guestBypassBecomesStage2() {
        assertThat(StreamTableEntry.nested(0x9, 0, stage2(1, false)))
                .isEqualTo(StreamTableEntry.stage2(stage2(1, false)));
    }

    @Test
    void atsNeedsBothTheGuestAndTheDevice() {
        var able = new Stage2(new Vmid(1), VTCR_4K, false, false, true);
        long asks = GUEST_1 | 1L << 28;

        assertThat(StreamTableEntry.nested(GUEST_0, asks, able).enablesAts()).isTrue();
        assertThat(StreamTableEntry.nested(GUEST_0, GUEST_1, able).enablesAts()).isFalse();
        assertThat(StreamTableEntry.nested(GUEST_0, asks, stage2(1, false)).enablesAts()).isFalse();
        assertThat(StreamTableEntry.nested(0x9, asks, able).enablesAts()).isFalse();
    }

    @Test
    void hostStage1() {
        var entry = StreamTableEntry.stage1(20, DefaultSubstream.BYPASS, true);

        assertThat(entry.config()).isEqualTo(Config.STAGE_1);
        assertThat(entry.q0()).isEqualTo(0xA000_0000_0000_000BL);
        assertThat(entry.q1()).isEqualTo(0x1000_00D5L);
    }

    @Test
    void reservedConfigsAbort() {
        for (long code = 0; code < 4; code++) {
            assertThat(new StreamTableEntry(1 | code << 1, 0, 0, 0).config())
                    .isEqualTo(Config.ABORT);
        }
    }

    @Test
    void fieldsOfANestedEntry() {
        assertThat(StreamTableEntry.nested(GUEST_0, GUEST_1, stage2(7, true)).fields())
                .containsEntry("config", "NESTED")
                .containsEntry("s1ContextPtr", "0x40100000")
                .containsEntry("s1Dss", "SUBSTREAM_0")
                .containsEntry("s2Vmid", "7")
                .containsEntry("s2t0sz", "16")
                .containsEntry("s2tg", "4K")
                .containsEntry("s2Ptw", "1")
                .containsEntry("s2Fwb", "1")
                .containsEntry("mev", "1");
    }

    @Test
    void contextDescriptorOfLinux() {
        var context = ContextDescriptor.of(PageSize.SIZE_4K, 48, 48, 1, new Ipa(0x4100_0000L));

        assertThat(context.words())
                .startsWith(0x0001_E205_C000_3510L, 0x4100_0000L, 0L, 0xF404_FF44L);
        assertThat(context.asid()).isEqualTo(1);
    }

    private static Stage2 stage2(int vmid, boolean fwb) {
        return new Stage2(new Vmid(vmid), VTCR_4K, fwb, false, false);
    }
}
