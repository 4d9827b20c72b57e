package dev.directmsi.hardware.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The tables of QEMU's own tests, against what a disassembler says of them.
class RealTablesTest {

    private static final String DEVICES =
            """
            # as lspci -Dn prints them
            0000:00:00.0 0600: 1b36:0008
            0000:00:01.0 0200: 8086:10d3 (rev 02)
            0000:01:1f.7 0108: 1b36:0010 (rev 02)

            0000:02:00.0 0200: 1af4:1041 (rev 01)
            0000:10:00.0 0200: 8086:10c9 (rev 01)
            0000:11:00.0 0100: 1af4:1048 (rev 01)
            0000:ff:1f.7
            0001:00:00.0
            """;

    @Test
    void machineWithoutSmmuLeadsStraightToTheIts() {
        Topology topology = read("qemu-virt.IORT", "gicv3-its.MADT");

        assertThat(topology.smmus()).isEmpty();
        assertThat(topology.itses()).hasSize(1);
        assertThat(topology.itses().getFirst().frameBase()).isEqualTo(new PhysAddr(0x8080000));
        assertThat(topology.devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:00:00.0 none [] its0 0x0",
                        "0000:00:01.0 none [] its0 0x8",
                        "0000:01:1f.7 none [] its0 0x1ff",
                        "0000:02:00.0 none [] its0 0x200",
                        "0000:10:00.0 none [] its0 0x1000",
                        "0000:11:00.0 none [] its0 0x1100",
                        "0000:ff:1f.7 none [] its0 0xffff",
                        "0001:00:00.0 none [] none");
    }

    @Test
    void machineWithoutItsHasStreamIdsOnly() {
        Topology topology = read("qemu-virt.IORT.its_off", "qemu-virt.APIC.its_off");

        assertThat(topology.itses()).isEmpty();
        assertThat(topology.smmus()).hasSize(1);
        assertThat(topology.smmus().getFirst().base()).isEqualTo(new PhysAddr(0x9050000));
        assertThat(topology.devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:00:00.0 smmu0 [0x0] none",
                        "0000:00:01.0 smmu0 [0x8] none",
                        "0000:01:1f.7 none [] none",
                        "0000:02:00.0 none [] none",
                        "0000:10:00.0 none [] none",
                        "0000:11:00.0 none [] none",
                        "0000:ff:1f.7 none [] none",
                        "0001:00:00.0 none [] none");
    }

    @Test
    void someRequesterIdsBypassTheLegacySmmu() {
        Topology topology = read("qemu-virt.IORT.smmuv3-legacy", "gicv3-its.MADT");

        assertThat(topology.smmus()).hasSize(1);
        assertThat(topology.smmus().getFirst().base()).isEqualTo(new PhysAddr(0x9050000));
        assertThat(topology.devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:00:00.0 smmu0 [0x0] its0 0x0",
                        "0000:00:01.0 smmu0 [0x8] its0 0x8",
                        "0000:01:1f.7 smmu0 [0x1ff] its0 0x1ff",
                        "0000:02:00.0 none [] its0 0x200",
                        "0000:10:00.0 smmu0 [0x1000] its0 0x1000",
                        "0000:11:00.0 none [] its0 0x1100",
                        "0000:ff:1f.7 none [] its0 0xffff",
                        "0001:00:00.0 none [] none");
    }

    @Test
    void twoSmmusShareOneIts() {
        Topology topology = read("qemu-virt.IORT.smmuv3-dev", "gicv3-its.MADT");

        assertThat(topology.smmus())
                .extracting(smmu -> smmu.name() + " " + smmu.base())
                .containsExactly("smmu0 0xc000000", "smmu1 0xc020000");
        assertThat(topology.devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:00:00.0 smmu0 [0x0] its0 0x0",
                        "0000:00:01.0 smmu0 [0x8] its0 0x8",
                        "0000:01:1f.7 smmu0 [0x1ff] its0 0x1ff",
                        "0000:02:00.0 none [] its0 0x200",
                        "0000:10:00.0 smmu1 [0x1000] its0 0x1000",
                        "0000:11:00.0 none [] its0 0x1100",
                        "0000:ff:1f.7 none [] its0 0xffff",
                        "0001:00:00.0 none [] none");
    }

    @Test
    void chainAndAssumptionsAreShown() {
        AcpiTopology read =
                AcpiTopology.read(
                        "host",
                        Tables.real("qemu-virt.IORT.smmuv3-dev"),
                        Tables.real("gicv3-its.MADT"),
                        DeviceList.parse("10:00.0"));

        assertThat(read.chains().get("0000:10:00.0"))
                .containsExactly(
                        "requester id 0x1000 of segment 0000",
                        "root complex of segment 0 at 0xf8: id 0x1000, mapping at 0x130, leads to"
                                + " SMMUv3 at 0xa0 as StreamID 0x1000",
                        "SMMUv3 at 0xa0: id 0x1000, mapping at 0xe4, leads to ITS group at 0x30 as"
                                + " DeviceID 0x1000",
                        "translated by smmu1 as StreamID 0x1000",
                        "MSIs go to its0 at 0x8080000, doorbell 0x8090040, as DeviceID 0x1000");
        assertThat(read.assumed())
                .contains(
                        "smmu0.oas: 48",
                        "smmu1.granules: 4K, 16K, 64K",
                        "smmu1.vmidBits: 16",
                        "smmu0.s2fwb: true",
                        "its0.eventIdBits: 16",
                        "devices.msix: 32",
                        "devices.group: one of its own");
        assertThat(read.topology().devices().getFirst().msixVectors()).isEqualTo(32);
        assertThat(read.topology().ram().first()).isEqualTo(0x8000_0000L);
    }

    private static Topology read(String iort, String madt) {
        return AcpiTopology.read(
                        "host", Tables.real(iort), Tables.real(madt), DeviceList.parse(DEVICES))
                .topology();
    }

    static String wiring(PciFunction device) {
        return "%s %s %s %s%s"
                .formatted(
                        device.name(),
                        Objects.requireNonNullElse(device.smmu(), "none"),
                        device.streamIds(),
                        Objects.requireNonNullElse(device.its(), "none"),
                        device.its() == null
                                ? ""
                                : " 0x" + Integer.toHexString(device.itsDeviceId()));
    }
}
