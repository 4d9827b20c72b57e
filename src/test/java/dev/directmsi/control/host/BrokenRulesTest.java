package dev.directmsi.control.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyProblem;
import dev.directmsi.hardware.pci.TopologyRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each rule of a topology, broken by one change of a sound document.
class BrokenRulesTest {

    private static final String SOUND =
            """
            name: host
            hostPageSize: 4096
            ramBase: 0x880000000
            smmus:
              - {name: s0, base: 0x60000000, oas: 48, granules: [4K, 64K], vmidBits: 16, sidBits: 16, ssidBits: 16, httu: 2, commandQueues: 2}
              - {name: s1, base: 0x60100000, oas: 44}
            itses:
              - {name: i0, frameBase: 0x70000000, deviceIdBits: 16, eventIdBits: 16}
              - {name: i1, frameBase: 0x70040000}
            devices:
              - {name: "0000:01:00.0", smmu: s0, streamIds: [0x100], its: i0, itsDeviceId: 0x100, group: 1, msix: 32, pasidBits: 16}
              - {name: "0000:01:00.1", smmu: s0, streamIds: [0x101, 0x102], its: i1, itsDeviceId: 0x101, group: 1, msi: {vectors: 8}}
              - {name: eth0, smmu: s1, streamIds: [0x100], its: i0, itsDeviceId: 0x200, group: 2, msix: 2048}
              - {name: free, group: 3, reserved: [{first: 0, last: 0xfff, type: RESERVED}]}
            """;

    @Test
    void theDocumentIsSound() {
        assertThat(TopologyDocument.parse(SOUND, "x").devices()).hasSize(4);
    }

    @ParameterizedTest(name = "{0} -> {1} breaks {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    name: host | name: a/b | name | is no name
                    hostPageSize: 4096 | hostPageSize: 8192 | hostPageSize | none of 4K
                    ramBase: 0x880000000 | ramBase: 0x880001000 | ramBase | 2 MiB
                    ramBase: 0x880000000 | ramBase: 0x60000000 | ramBase | overlaps
                    ramBase: 0x880000000 | ramBase: 0x40000000 | ramBase | overlaps s0
                    ramBase: 0x880000000 | ramBase: 0x10000000000000 | ramBase | below 2^52
                    ramBase: 0x880000000 | ramBase: 0xffffffffffe00000 | ramBase | below 2^52
                    ramBase: 0x880000000 | ramBase: 0x100000000000 | ramBase | output bits of s1
                    base: 0x60100000 | base: 0x60108000 | smmus[1].base | 64 KiB aligned
                    base: 0x60100000 | base: 0x60010000 | smmus[1].base | overlap those of s0
                    base: 0x60100000 | base: 0xfffffffff0000 | smmus[1].base | 52 bits
                    name: s1, | name: s0, | smmus[1].name | also the name
                    name: s1, | name: s.1, | smmus[1].name | is no name
                    oas: 48 | oas: 41 | smmus[0].oas | none of 32
                    oas: 44 | oas: 32 | ramBase | output bits
                    granules: [4K, 64K] | granules: [] | smmus[0].granules | at least one
                    granules: [4K, 64K] | granules: [4K, 4K] | smmus[0].granules | twice
                    granules: [4K, 64K] | granules: [4K, 8K] | smmus[0].granules | none of
                    vmidBits: 16 | vmidBits: 17 | smmus[0].vmidBits | between 1 and 16
                    vmidBits: 16 | vmidBits: 0 | smmus[0].vmidBits | between 1 and 16
                    sidBits: 16 | sidBits: 33 | smmus[0].sidBits | between 1 and 32
                    sidBits: 16 | sidBits: 8 | devices[0].streamIds | more than the 8 bits
                    ssidBits: 16 | ssidBits: 21 | smmus[0].ssidBits | between 0 and 20
                    httu: 2 | httu: 3 | smmus[0].httu | between 0 and 2
                    commandQueues: 2 | commandQueues: 129 | smmus[0].commandQueues | between 0 and 128
                    name: i1, | name: i0, | itses[1].name | also the name
                    name: i1, | name: none, | itses[1].name | stands for
                    frameBase: 0x70040000 | frameBase: 0x70048000 | itses[1].frameBase | 64 KiB aligned
                    frameBase: 0x70040000 | frameBase: 0x70010000 | itses[1].frameBase | overlap those of i0
                    frameBase: 0x70040000 | frameBase: 0x60000000 | itses[1].frameBase | overlap those of s0
                    frameBase: 0x70040000 | frameBase: 0xffffffffffff0000 | itses[1].frameBase | 52 bits
                    frameBase: 0x70000000 | frameBase: 0x100000000000 | devices[2].its | beyond the output bits
                    deviceIdBits: 16 | deviceIdBits: 33 | itses[0].deviceIdBits | between 1 and 32
                    deviceIdBits: 16 | deviceIdBits: 9 | devices[2].itsDeviceId | more than the 9 bits
                    eventIdBits: 16 | eventIdBits: 0 | itses[0].eventIdBits | between 1 and 32
                    eventIdBits: 16 | eventIdBits: 10 | devices[2].its | 2048 entries
                    name: eth0 | name: "0000:01:00.0" | devices[2].name | is also devices[0]
                    name: eth0 | name: "0000:01:00.8" | devices[2].name | no PCI address
                    name: eth0 | name: "01:00.0" | devices[2].name | no PCI address
                    name: eth0 | name: "eth 0" | devices[2].name | is no name
                    smmu: s1 | smmu: s2 | devices[2].smmu | no SMMU 's2'
                    smmu: s1, streamIds: [0x100], | smmu: s1, | devices[2].streamIds | at least one
                    group: 3, | group: 3, streamIds: [7], | devices[3].streamIds | behind no SMMU
                    streamIds: [0x101, 0x102] | streamIds: [0x101, 0x100] | devices[1].streamIds | also that of 0000:01:00.0
                    streamIds: [0x101, 0x102] | streamIds: [0x101, 0x101] | devices[1].streamIds | also that of
                    its: i1 | its: i7 | devices[1].its | no ITS 'i7'
                    itsDeviceId: 0x200 | itsDeviceId: 0x100 | devices[2].itsDeviceId | also that of 0000:01:00.0
                    itsDeviceId: 0x200 | itsDeviceId: 0x10000 | devices[2].itsDeviceId | more than the 16 bits
                    group: 2 | group: 1 | devices[2].group | of the same group
                    group: 2 | group: -2 | devices[2].group | negative
                    group: 3, | group: 1, | devices[3].group | behind no SMMU
                    group: 3, | group: 3, msiBypassesSmmu: true, | devices[3].msiBypassesSmmu | without an ITS
                    vectors: 8 | vectors: 3 | devices[1].msi.vectors | power of two
                    vectors: 8 | vectors: 64 | devices[1].msi.vectors | power of two
                    vectors: 8 | vectors: -2147483648 | devices[1].msi.vectors | power of two
                    msix: 2048 | msix: 2049 | devices[2].msix | between 0 and 2048
                    msix: 2048 | msix: -1 | devices[2].msix | between 0 and 2048
                    pasidBits: 16 | pasidBits: 21 | devices[0].pasidBits | between 0 and 20
                    type: RESERVED | type: SW_MSI | devices[3].reserved | SMMU driver's own
                    """)
    void brokenRuleIsNamedWithItsPlace(String from, String to, String place, String message) {
        assertThat(SOUND).contains(from);

        InvalidTopology problem =
                catchThrowableOfType(
                        InvalidTopology.class,
                        () -> TopologyDocument.parse(SOUND.replace(from, to), "x"));

        assertThat(problem).isNotNull();
        assertThat(problem.problems())
                .anySatisfy(found -> {
                    assertThat(found.place()).isEqualTo(place);
                    assertThat(found.message()).contains(message);
                });
    }

    @Test
    void tooManyOfAnythingIsRefused() {
        Topology sound = TopologyDocument.parse(SOUND, "x");

        assertThat(check(sound, 65, 2, 4)).containsExactly("smmus");
        assertThat(check(sound, 2, 65, 4)).containsExactly("itses");
        assertThat(check(sound, 2, 2, 4097)).containsExactly("devices");
        // all the same device: at most so many problems are listed
        assertThat(check(sound, 2, 2, 4096)).hasSize(100);
    }

    @Test
    void tooManyIdsOfOneDeviceAreRefused() {
        var ids = new ArrayList<Integer>();
        var regions = new ArrayList<String>();
        for (int i = 0; i < 65; i++) {
            ids.add(0x1000 + i);
            regions.add("{first: %d, last: %d, type: MSI}".formatted(i * 4096, i * 4096 + 1));
        }
        String text =
                SOUND.replace("[0x101, 0x102]", ids.toString())
                        .replace("[{first: 0, last: 0xfff, type: RESERVED}]", regions.toString());

        InvalidTopology problem =
                catchThrowableOfType(
                        InvalidTopology.class, () -> TopologyDocument.parse(text, "x"));

        assertThat(problem.problems())
                .extracting(TopologyProblem::place)
                .containsExactly("devices[1].streamIds", "devices[3].reserved");
    }

    @Test
    void lpisOfTheLargestHostFit() {
        int largest = 2048;

        assertThat(Its.FIRST_LPI + (long) TopologyRules.MAX_DEVICES * largest).isLessThan(1L << 24);
    }

    private static List<String> check(Topology sound, int smmus, int itses, int devices) {
        List<PciFunction> copies = Collections.nCopies(devices, sound.devices().getFirst());
        var many =
                new Topology(
                        "x",
                        sound.hostPageSize(),
                        sound.ramBase(),
                        true,
                        smmus == 2
                                ? sound.smmus()
                                : Collections.nCopies(smmus, sound.smmus().getFirst()),
                        itses == 2
                                ? sound.itses()
                                : Collections.nCopies(itses, sound.itses().getFirst()),
                        devices == 4 ? sound.devices() : copies);
        return TopologyRules.check(many).stream().map(TopologyProblem::place).toList();
    }
}
