package dev.directmsi.hardware.pci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PciAddressTest {

    @Test
    void readsWithAndWithoutSegment() {
        assertThat(PciAddress.parse("0001:ff:1f.7")).contains(new PciAddress(1, 255, 31, 7));
        assertThat(PciAddress.parse("02:00.1")).contains(new PciAddress(0, 2, 0, 1));
        assertThat(PciAddress.parse("10000:02:00.1")).contains(new PciAddress(0x10000, 2, 0, 1));
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertThat(PciAddress.parse("0000:00:20.0")).isEmpty();
        assertThat(PciAddress.parse("0000:00:00.8")).isEmpty();
        assertThat(PciAddress.parse("0000:00:00")).isEmpty();
        assertThat(PciAddress.parse("000:00:00.0")).isEmpty();
    }

    @Test
    void requesterIdIsBusDeviceFunction() {
        assertThat(new PciAddress(3, 0x12, 0x1f, 7).requesterId()).isEqualTo(0x12ff);
        assertThat(new PciAddress(3, 0x12, 0x1f, 7)).hasToString("0003:12:1f.7");
    }
}
