package dev.directmsi.control.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.directmsi.hardware.acpi.Tables;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AcpiImportTest {

    @Test
    void importedHostIsADocumentLikeAnyOther() {
        Topology topology = read(null).topology();

        assertThat(TopologyDocument.parse(TopologyDocument.render(topology), "other"))
                .isEqualTo(topology);
        assertThat(topology.name()).isEqualTo("mine");
    }

    @Test
    void overridesAreMergedByName() {
        AcpiImport read =
                read(
                        """
                        hostPageSize: 64K
                        smmus: [{name: smmu1, oas: 44, granules: [64K]}]
                        itses: [{name: its0, eventIdBits: 10}]
                        devices:
                          - {name: "0000:00:01.0", msix: 4, group: 7}
                          - {name: "0000:10:00.0", msix: null, smmu: null, streamIds: null}
                          - {name: uart0, smmu: smmu0, streamIds: [0x9000]}
                        """);

        Topology topology = read.topology();
        assertThat(topology.hostPageSize()).hasToString("64K");
        assertThat(topology.smmus().get(0).oas()).isEqualTo(48);
        assertThat(topology.smmus().get(1).oas()).isEqualTo(44);
        assertThat(topology.smmus().get(1).base()).hasToString("0xc020000");
        assertThat(topology.itses().getFirst().eventIdBits()).isEqualTo(10);
        assertThat(topology.devices())
                .extracting(PciFunction::msixVectors)
                .containsExactly(4, 0, 0);
        assertThat(topology.devices().get(1).smmu()).isNull();
        assertThat(read.assumed())
                .contains("smmu0.oas: 48", "devices.msix: 32")
                .doesNotContain("smmu1.oas: 48", "its0.eventIdBits: 16", "hostPageSize: 4096");
    }

    @Test
    void wrongOverridesAreRefusedByPlace() {
        refused("smmus: [{name: smmu0, oas: 47}]", "smmus[0].oas");
        refused("smmus: [{oas: 48}]", "overrides.smmus[0].name");
        refused("devices: 7", "overrides.devices");
        refused("devices: [{name: new, smmu: smmu9, streamIds: [1]}]", "devices[2].smmu");
        refused("colour: red", "colour");
        refused("[1]", "");
    }

    private static void refused(String overrides, String place) {
        InvalidTopology problem =
                catchThrowableOfType(InvalidTopology.class, () -> read(overrides));
        assertThat(problem.problems().getFirst().place()).isEqualTo(place);
    }

    private static AcpiImport read(@Nullable String overrides) {
        return AcpiImport.read(
                "mine",
                Tables.real("qemu-virt.IORT.smmuv3-dev"),
                Tables.real("gicv3-its.MADT"),
                "0000:00:01.0 0200: 8086:10d3\n0000:10:00.0 0200: 8086:10c9 (rev 01)\n",
                overrides);
    }
}
