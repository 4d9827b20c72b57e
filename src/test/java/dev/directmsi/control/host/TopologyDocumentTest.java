package dev.directmsi.control.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.PciFunction.MsiCapability;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyDocumentTest {

    @Test
    void labIsReadAsItIsWritten() {
        Topology lab = Presets.load().preset("lab").orElseThrow();

        assertThat(lab.name()).isEqualTo("lab");
        assertThat(lab.hostPageSize()).isEqualTo(PageSize.SIZE_4K);
        assertThat(lab.ramBase()).isEqualTo(new PhysAddr(0x8_8000_0000L));
        assertThat(lab.busMasterAtBind()).isTrue();
        assertThat(lab.smmus())
                .containsExactly(
                        new Smmu(
                                "smmu0",
                                new PhysAddr(0x6000_0000L),
                                48,
                                List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K),
                                16,
                                16,
                                16,
                                true,
                                true,
                                2,
                                true,
                                true,
                                true,
                                0),
                        new Smmu(
                                "smmu1",
                                new PhysAddr(0x6010_0000L),
                                44,
                                List.of(PageSize.SIZE_4K, PageSize.SIZE_64K),
                                8,
                                16,
                                0,
                                true,
                                true,
                                0,
                                false,
                                false,
                                true,
                                0));
        assertThat(lab.itses())
                .containsExactly(
                        new Its("its0", new PhysAddr(0x7000_0000L), 16, 16, true),
                        new Its("its1", new PhysAddr(0x7004_0000L), 16, 16, true),
                        new Its("its2", new PhysAddr(0x7008_0000L), 16, 16, true));
        assertThat(lab.devices()).hasSize(12);
        assertThat(lab.devices().get(3))
                .isEqualTo(
                        new PciFunction(
                                "0000:04:00.0",
                                "smmu0",
                                List.of(new StreamId(0x400)),
                                "its0",
                                0x400,
                                4,
                                new MsiCapability(8, false),
                                0,
                                0,
                                true,
                                false,
                                false,
                                false,
                                false,
                                List.of()));
        assertThat(lab.devices().get(7).its()).isNull();
        assertThat(lab.devices().get(8).streamIds())
                .containsExactly(new StreamId(0x800), new StreamId(0x801));
        assertThat(lab.lpiBases()).containsEntry("0000:01:00.0", 8192);
    }

    @Test
    void canonicalTextReadsBackAsTheSameTopology() {
        for (Topology topology : Presets.load().topologies().values()) {
            String text = TopologyDocument.render(topology);

            assertThat(TopologyDocument.parse(text, "other")).isEqualTo(topology);
            assertThat(TopologyDocument.restore(text)).isEqualTo(topology);
            assertThat(TopologyDocument.render(TopologyDocument.parse(text, "other")))
                    .isEqualTo(text);
        }
    }

    @Test
    void jsonAndYamlAndEveryWayToWriteANumberAreTheSame() {
        String json =
                """
                {"name": "x", "ramBase": 34359738368, "smmus": [{"name": "s", "base": "0X60000000"}],
                 "itses": [{"name": "i", "frameBase": "1879048192"}],
                 "devices": [{"name": "eth0", "smmu": "s", "streamIds": ["0x10", 17, "18"], "its": "i",
                              "itsDeviceId": 4096, "msi": {"vectors": 2}, "group": 3}]}
                """;
        String yaml =
                """
                ramBase: 0x800000000
                smmus: [{name: s, base: 0x0060000000, msixx: null}]
                itses: [{name: i, frameBase: 0x70000000}]
                devices: [{name: eth0, smmu: s, streamIds: [16, 0x11, "0x12"], its: i,
                           itsDeviceId: 0x1000, msi: {vectors: 2, address64: true}, group: 3}]
                """
                        .replace(", msixx: null", "");

        assertThat(TopologyDocument.parse(json, "y")).isEqualTo(TopologyDocument.parse(yaml, "x"));
    }

    @Test
    void reservedRegionsAndDefaultGroupsAreRead() {
        Topology topology =
                TopologyDocument.parse(
                        """
                        smmus: [{name: s, base: 0x60000000}]
                        devices:
                          - {name: a, smmu: s, streamIds: [1], reserved: [{first: 0x1000, last: 0xffffffffffffffff, type: DIRECT}]}
                          - {name: b, smmu: s, streamIds: [2], group: 1}
                          - {name: c}
                        """,
                        "x");

        assertThat(topology.devices()).extracting(PciFunction::group).containsExactly(2, 1, 3);
        assertThat(topology.devices().getFirst().reserved())
                .containsExactly(
                        new ReservedRegion(
                                new AddressRange(0x1000, -1L), ReservedRegion.Type.DIRECT));
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        InvalidTopology problem =
                refused(
                        """
                        nome: x
                        hostPageSize: 5000
                        smmus: [{name: 5, bace: 1}, 7]
                        itses: {}
                        devices:
                          - {name: a, its: i, msi: 3, msix: many, canwbs: 1, group: 99999999999}
                          - {name: b, itsDeviceId: 3, reserved: [{first: 5, last: 4, type: ODD}]}
                        """);

        assertThat(problem.problems())
                .extracting(found ->
                        found.place()
                                + " "
                                + found.message().substring(0, found.message().indexOf(" ")))
                .contains(
                        "nome unknown",
                        "hostPageSize 5000",
                        "smmus[0].name text",
                        "smmus[0].base is",
                        "smmus[0].bace unknown",
                        "smmus[1] an",
                        "itses a",
                        "devices[0].itsDeviceId is",
                        "devices[0].msi an",
                        "devices[0].msix a",
                        "devices[0].canwbs true",
                        "devices[0].group 99999999999",
                        "devices[1].itsDeviceId a",
                        "devices[1].reserved[0].last the",
                        "devices[1].reserved[0].type none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "[]",
                "5",
                "{",
                "{}}",
                "{\"a\":1,\"a\":2}",
                "a: 1\na: 2",
                "a: b: c",
                "\t- x",
                "a: &x 1\nb: *x",
                "--- {}\n--- {}",
                "{\"ramBase\": 9007199254740993}",
                "{\"ramBase\": 1.5}",
                "{\"ramBase\": -1}",
                "{\"ramBase\": \"0x10000000000000000\"}",
                "{\"ramBase\": \"12ab\"}",
                "{\"ramBase\": true}",
                "{\"ramBase\": NaN}",
                "{'a': 1}",
                "{\"a\" 1}",
                "? [a]\n: b"
            })
    void malformedTextIsRefused(String text) {
        assertThat(refused(text).getMessage())
                .isNotBlank()
                .doesNotContain("tools.jackson", "Exception", "StreamRead", "Feature", "com.");
    }

    @Test
    void hugeAndDeepTextIsRefusedSoon() {
        Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () -> {
                    refused("x".repeat(2 << 20));
                    refused("{\"devices\":" + "[".repeat(500_000));
                    refused("[".repeat(1_000_000));
                    refused("a: ".repeat(100_000));
                    refused("- ".repeat(500_000));
                    refused("{\"ramBase\": " + "9".repeat(1_000_000) + "}");
                    refused("devices: [" + "{name: a},".repeat(100_000) + "]");
                    refused("smmus: [" + "{name: a, base: 0},".repeat(65) + "]");
                    refused("devices: [" + "{name: a},".repeat(4_096) + "]");
                    refused("{" + "\"k\":1,".repeat(100_000) + "\"z\":1}");
                });
    }

    private static InvalidTopology refused(String text) {
        InvalidTopology problem =
                catchThrowableOfType(
                        InvalidTopology.class, () -> TopologyDocument.parse(text, "x"));
        assertThat(problem).as("refusal of a bad text").isNotNull();
        assertThat(problem.problems()).hasSizeBetween(1, 100);
        return problem;
    }
}
