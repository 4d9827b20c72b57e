package dev.directmsi.hardware.smmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.Iova;
import dev.directmsi.address.Ipa;
import dev.directmsi.hardware.smmu.EventRecord.Cause;
import org.junit.jupiter.api.Test;

class EventRecordTest {

    private static final Transaction WINDOW = Transaction.write(Bench.SID, new Iova(0x0800_0040L));
    private static final Transaction DIRECT = Transaction.write(Bench.SID, new Iova(0xFFFF_F040L));
    private static final Ipa PAGE = new Ipa(0x0809_0000L);
    private static final long SID = 0x100_0000_0000L;

    @Test
    void stage1Faults() {
        assertThat(EventRecord.stage1(EventType.F_TRANSLATION, WINDOW))
                .isEqualTo(new EventRecord(SID | 0x10, 0x200_0000_0000L, 0x0800_0040L, 0));
        assertThat(EventRecord.stage1(EventType.F_PERMISSION, DIRECT))
                .isEqualTo(new EventRecord(SID | 0x13, 0x200_0000_0000L, 0xFFFF_F040L, 0));
        assertThat(EventRecord.stage1(EventType.F_ADDR_SIZE, DIRECT))
                .isEqualTo(new EventRecord(SID | 0x11, 0x200_0000_0000L, 0xFFFF_F040L, 0));
        assertThat(EventRecord.stage1(EventType.F_ACCESS, DIRECT))
                .isEqualTo(new EventRecord(SID | 0x12, 0x200_0000_0000L, 0xFFFF_F040L, 0));
    }

    @Test
    void stage2Faults() {
        assertThat(stage2(EventType.F_TRANSLATION, WINDOW))
                .isEqualTo(
                        new EventRecord(SID | 0x10, 0x280_0000_0000L, 0x0800_0040L, 0x0809_0000L));
        assertThat(stage2(EventType.F_TRANSLATION, DIRECT))
                .isEqualTo(
                        new EventRecord(SID | 0x10, 0x280_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
        assertThat(stage2(EventType.F_PERMISSION, DIRECT))
                .isEqualTo(
                        new EventRecord(SID | 0x13, 0x280_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
        assertThat(stage2(EventType.F_PERMISSION, Transaction.read(Bench.SID, DIRECT.address())))
                .isEqualTo(
                        new EventRecord(SID | 0x13, 0x288_0000_0000L, 0xFFFF_F040L, 0x0809_0000L));
    }

    private static EventRecord stage2(EventType type, Transaction transaction) {
        return EventRecord.stage2(type, transaction, Cause.INPUT, PAGE.plus(0x40));
    }

    @Test
    void badStreamTableEntry() {
        assertThat(EventRecord.configuration(EventType.C_BAD_STE, WINDOW))
                .isEqualTo(new EventRecord(SID | 0x04, 0, 0, 0));
    }

    @Test
    void substreamIdIsRecorded() {
        var withSsid = WINDOW.withSsid(5);

        assertThat(EventRecord.stage1(EventType.F_TRANSLATION, withSsid).q0())
                .isEqualTo(SID | 0x5810);
        assertThat(EventRecord.configuration(EventType.C_BAD_SUBSTREAMID, withSsid))
                .isEqualTo(new EventRecord(SID | 0x5008, 0, 0, 0));
        assertThat(EventRecord.configuration(EventType.C_BAD_SUBSTREAMID, withSsid).ssid())
                .contains(5);
        assertThat(EventRecord.configuration(EventType.F_STREAM_DISABLED, withSsid))
                .isEqualTo(new EventRecord(SID | 0x06, 0, 0, 0));
    }

    @Test
    void loggedStage1Fault() {
        var logged =
                new EventRecord(
                        0x0000_7410_0000_0010L, 0x0000_1200_0000_007AL, 0xABFF_6000L, 0xABFF_6000L);

        assertThat(logged.type()).contains(EventType.F_TRANSLATION);
        assertThat(logged.streamId()).isEqualTo(new StreamId(0x7410));
        assertThat(logged.ssid()).isEmpty();
        assertThat(logged.isStage2()).isFalse();
        assertThat(logged.cause()).contains(Cause.INPUT);
        assertThat(logged.inputAddress()).isEqualTo(new Iova(0xABFF_6000L));
        assertThat(logged.ipa()).isEmpty();
        assertThat(logged.isForwardedToGuest()).isTrue();
    }

    @Test
    void loggedStalledFault() {
        var logged = new EventRecord(0x0000_7501_0000_1810L, 0x0000_1200_8000_0176L, 0, 0);

        assertThat(logged.type()).contains(EventType.F_TRANSLATION);
        assertThat(logged.streamId()).isEqualTo(new StreamId(0x7501));
        assertThat(logged.ssid()).contains(1);
        assertThat(logged.isStalled()).isTrue();
        assertThat(logged.stallTag()).isEqualTo(0x176);
        assertThat(logged.isForwardedToGuest()).isFalse();
        assertThat(logged.fields()).containsEntry("stag", "0x176");
    }

    @Test
    void guestGetsItsOwnFaultsUnderItsOwnName() {
        var stage1 = EventRecord.stage1(EventType.F_TRANSLATION, WINDOW);

        assertThat(stage1.isForwardedToGuest()).isTrue();
        assertThat(stage1.withStreamId(new StreamId(0x8)).q0()).isEqualTo(0x8_0000_0010L);
        assertThat(stage1.withStreamId(new StreamId(-1)).streamId()).isEqualTo(new StreamId(-1));
        assertThat(stage2(EventType.F_TRANSLATION, WINDOW).isForwardedToGuest()).isFalse();
        assertThat(stage1.stalled(3).isForwardedToGuest()).isFalse();
    }

    @Test
    void eventsForwardedByType() {
        assertThat(EventType.values())
                .filteredOn(type -> EventRecord.configuration(type, WINDOW).isForwardedToGuest())
                .containsExactly(
                        EventType.C_BAD_STE,
                        EventType.F_STREAM_DISABLED,
                        EventType.C_BAD_SUBSTREAMID,
                        EventType.C_BAD_CD,
                        EventType.F_TRANSLATION,
                        EventType.F_ADDR_SIZE,
                        EventType.F_ACCESS,
                        EventType.F_PERMISSION);
    }
}
