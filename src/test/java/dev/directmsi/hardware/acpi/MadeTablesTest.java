package dev.directmsi.hardware.acpi;

import static dev.directmsi.hardware.acpi.Tables.ids;
import static dev.directmsi.hardware.acpi.Tables.iort;
import static dev.directmsi.hardware.acpi.Tables.itsGroup;
import static dev.directmsi.hardware.acpi.Tables.madt;
import static dev.directmsi.hardware.acpi.Tables.reservedMemory;
import static dev.directmsi.hardware.acpi.Tables.rootComplex;
import static dev.directmsi.hardware.acpi.Tables.single;
import static dev.directmsi.hardware.acpi.Tables.smmuV3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// What QEMU's tables do not have: several segments and ITSes, offsets, reserved memory, quirks.
class MadeTablesTest {

    private static final byte[] MADT = madt(0x7000_0000L, 0x7004_0000L);

    /// Nodes of fixed places: group 0 at 0x30, group 1 at 0x48, an SMMU with two mappings at 0x60.
    private static final int GROUP_0 = 0x30;

    private static final int GROUP_1 = 0x48;
    private static final int SMMU = 0x60;

    @Test
    void idsAreOffsetAlongTheChain() {
        AcpiTopology read =
                read(
                        iort(
                                6,
                                itsGroup(0),
                                itsGroup(1),
                                smmu(
                                        ids(0x10000, 0x100, 0x500, GROUP_0),
                                        ids(0x10100, 0x100, 0, GROUP_1)),
                                rootComplex(0, 0x107, ids(0x100, 0x100, 0x10000, SMMU)),
                                rootComplex(
                                        3,
                                        0,
                                        ids(0, 0x80, 0x10100, SMMU),
                                        ids(0x80, 0x80, 0x9080, GROUP_1))),
                        "0000:01:02.3\n0003:00:02.3\n0003:00:10.0\n0000:02:00.0\n");

        assertThat(read.topology().devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:01:02.3 smmu0 [0x10013] its0 0x513",
                        "0003:00:02.3 smmu0 [0x10113] its1 0x13",
                        "0003:00:10.0 none [] its1 0x9080",
                        "0000:02:00.0 none [] none");
        assertThat(read.topology().smmus().getFirst().sidBits()).isEqualTo(17);
        PciFunction first = read.topology().devices().getFirst();
        assertThat(first.canwbs()).isTrue();
        assertThat(first.ats()).isTrue();
        assertThat(first.pri()).isTrue();
        assertThat(first.pasidBits()).isEqualTo(20);
        assertThat(read.topology().smmus().getFirst().ats()).isTrue();
        assertThat(read.topology().devices().get(1).canwbs()).isFalse();
    }

    @Test
    void reservedMemoryIsForTheStreamIdsItNames() {
        AcpiTopology read = withReservedMemory(5, 0, 0x8000_0000L, 0x20_0000L);

        assertThat(read.topology().devices().get(0).reserved())
                .containsExactly(
                        new ReservedRegion(
                                AddressRange.of(0x8000_0000L, 0x20_0000L),
                                ReservedRegion.Type.DIRECT));
        assertThat(read.topology().devices().get(1).reserved()).isEmpty();
    }

    @Test
    void remappableReservedMemoryIsRelaxable() {
        AcpiTopology read = withReservedMemory(5, 1, 0x8000_0000L, 0x20_0000L);

        assertThat(read.topology().devices().get(0).reserved())
                .extracting(ReservedRegion::type)
                .containsExactly(ReservedRegion.Type.DIRECT_RELAXABLE);
    }

    @Test
    void crookedReservedMemoryIsWidenedAndSaid() {
        AcpiTopology read = withReservedMemory(5, 0, 0x8000_1234L, 0x1000L);

        assertThat(read.topology().devices().get(0).reserved())
                .extracting(ReservedRegion::range)
                .containsExactly(new AddressRange(0x8000_1000L, 0x8000_2fffL));
        assertThat(read.assumed()).anyMatch(line -> line.contains("not 64 KiB aligned"));
    }

    @Test
    void reservedMemoryOfAnOldTableIsIgnoredAndSaid() {
        AcpiTopology read = withReservedMemory(3, 0, 0x8000_0000L, 0x20_0000L);

        assertThat(read.topology().devices().get(0).reserved()).isEmpty();
        assertThat(read.assumed()).anyMatch(line -> line.contains("before revision 5"));
    }

    @Test
    void tableOfTheLargestSizeIsReadOrRefusedSoon() {
        var devices = new StringBuilder();
        for (int id = 0; id < 4096; id++) {
            devices.append("%02x:%02x.%d%n".formatted(id >> 8, id >> 3 & 0x1f, id & 7));
        }
        var mappings = new byte[3000][];
        for (int i = 0; i < mappings.length; i++) {
            mappings[i] = ids(i * 16L, 16, i * 16L, SMMU);
        }
        byte[] root = rootComplex(0, 0, mappings);
        var nodes = new ArrayList<byte[]>();
        nodes.add(itsGroup(0));
        nodes.add(itsGroup(1));
        nodes.add(smmu(ids(0, 0x10000, 0, GROUP_0)));
        nodes.add(root);
        for (int i = 0; i < 15; i++) {
            nodes.add(reservedMemory(0, 0x8000_0000L + i * 0x1_0000L, 0x1_0000L, mappings));
        }
        byte[] table = iort(5, nodes.toArray(new byte[0][]));

        Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () -> {
                    AcpiTopology read = read(table, devices.toString());
                    assertThat(read.topology().devices())
                            .hasSize(4096)
                            .allMatch(device -> device.reserved().size() == 15);
                });

        for (int i = 0; i < 50; i++) {
            nodes.add(reservedMemory(0, 0x9000_0000L, 0x1_0000L, ids(0, 0x10000, 0, SMMU)));
        }
        AcpiProblem problem =
                catchThrowableOfType(
                        AcpiProblem.class,
                        () -> read(iort(5, nodes.toArray(new byte[0][])), devices.toString()));
        assertThat(problem.reason()).contains("more than 64 reserved ranges");
    }

    private static AcpiTopology withReservedMemory(
            int revision, int flags, long base, long length) {
        return read(
                iort(
                        revision,
                        itsGroup(0),
                        itsGroup(1),
                        smmu(ids(0, 0x8000, 0, GROUP_0), ids(0x8000, 0x8000, 0x8000, GROUP_1)),
                        rootComplex(0, 0, ids(0, 0x10000, 0, SMMU)),
                        reservedMemory(flags, base, length, ids(0, 2, 0x100, SMMU))),
                "0000:01:00.1\n0000:01:00.2\n");
    }

    @Test
    void modelHi161xBypassesForMsis() {
        AcpiTopology read =
                read(
                        iort(
                                5,
                                itsGroup(0),
                                itsGroup(1),
                                smmuV3(0x6000_0000L, 1, 1, ids(0, 0x10000, 0, GROUP_1)),
                                rootComplex(0, 0, ids(0, 0x10000, 0, SMMU))),
                        "0000:01:00.0");

        PciFunction device = read.topology().devices().getFirst();
        assertThat(device.msiBypassesSmmu()).isTrue();
        assertThat(device.reserved())
                .containsExactly(
                        new ReservedRegion(
                                new AddressRange(0x7005_0000L, 0x7005_ffffL),
                                ReservedRegion.Type.MSI));
    }

    @Test
    void mappingOfTheSmmusOwnInterruptsIsForNoDevice() {
        byte[] smmu =
                smmuV3(
                        0x6000_0000L,
                        1 | 1 << 4,
                        0,
                        single(0x77, GROUP_1),
                        ids(0, 0x10000, 0, GROUP_0));
        AcpiTopology read =
                read(
                        iort(
                                5,
                                itsGroup(0),
                                itsGroup(1),
                                smmu,
                                rootComplex(0, 0, ids(0, 0x10000, 0, SMMU))),
                        "0000:00:00.0");

        assertThat(read.topology().devices().stream().map(RealTablesTest::wiring))
                .containsExactly("0000:00:00.0 smmu0 [0x0] its0 0x0");
    }

    @Test
    void rangesThatOverlapByOneIdAreReadAsLinuxDoes() {
        AcpiTopology read =
                read(
                        iort(
                                5,
                                itsGroup(0),
                                itsGroup(1),
                                rootComplex(
                                        0,
                                        0,
                                        ids(0, 0x101, 0, GROUP_0),
                                        ids(0x100, 0x100, 0x4000, GROUP_1))),
                        "0000:00:1f.7\n0000:01:00.0\n");

        assertThat(read.topology().devices().stream().map(RealTablesTest::wiring))
                .containsExactly(
                        "0000:00:1f.7 none [] its0 0xff", "0000:01:00.0 none [] its1 0x4000");
        assertThat(read.assumed()).anyMatch(line -> line.contains("input id 0x100 belongs to"));
    }

    @Test
    void countsOfHip07AreNotMinusOne() {
        byte[] table =
                iort(0, itsGroup(0), itsGroup(1), rootComplex(0, 0, ids(0, 0x101, 0, GROUP_0)));
        System.arraycopy("HISI  HIP07   ".getBytes(StandardCharsets.ISO_8859_1), 0, table, 10, 14);
        AcpiTopology read = read(Tables.sealed(table), "0000:00:1f.7\n0000:01:00.0\n");

        assertThat(read.topology().devices().stream().map(RealTablesTest::wiring))
                .containsExactly("0000:00:1f.7 none [] its0 0xff", "0000:01:00.0 none [] none");
    }

    @Test
    void onlyTheFirstItsOfAGroupCounts() {
        byte[] two = itsGroup(1, 0);
        AcpiTopology read =
                read(iort(5, two, rootComplex(0, 0, ids(0, 0x10000, 0, 0x30))), "0000:01:00.0");

        assertThat(read.topology().devices().getFirst().its()).isEqualTo("its1");
    }

    @Test
    void otherKindsOfNodesAreRead() {
        Iort iort =
                Iort.parse(
                        iort(
                                6,
                                itsGroup(0),
                                itsGroup(1),
                                Tables.namedComponent("\\_SB.ETH0", single(5, GROUP_0)),
                                Tables.pmcg(0x9000_0000L, single(6, GROUP_1)),
                                Tables.node(3, 3, new byte[44], ids(0, 0x100, 0, GROUP_0)),
                                Tables.node(7, 0, new byte[8])));

        assertThat(iort.nodes().values())
                .extracting(node -> node.body().getClass().getSimpleName())
                .containsExactly(
                        "ItsGroup", "ItsGroup", "NamedComponent", "Pmcg", "SmmuV2", "Unrecognized");
    }

    private static byte[] smmu(byte[]... mappings) {
        return smmuV3(0x6000_0000L, 1, 0, mappings);
    }

    private static AcpiTopology read(byte[] iort, String devices) {
        return AcpiTopology.read("host", iort, MADT, DeviceList.parse(devices));
    }
}
