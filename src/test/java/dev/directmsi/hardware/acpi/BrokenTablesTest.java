package dev.directmsi.hardware.acpi;

import static dev.directmsi.hardware.acpi.Tables.ids;
import static dev.directmsi.hardware.acpi.Tables.iort;
import static dev.directmsi.hardware.acpi.Tables.itsGroup;
import static dev.directmsi.hardware.acpi.Tables.madt;
import static dev.directmsi.hardware.acpi.Tables.rootComplex;
import static dev.directmsi.hardware.acpi.Tables.smmuV3;
import static dev.directmsi.hardware.acpi.Tables.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Each refusal names the table, the offset and the reason.
class BrokenTablesTest {

    private static final byte[] IORT = Tables.real("qemu-virt.IORT.smmuv3-dev");
    private static final byte[] MADT = Tables.real("gicv3-its.MADT");

    @Test
    void badChecksum() {
        byte[] table = IORT.clone();
        table[100] ^= 1;

        refused(table, MADT, "IORT", 9, "checksum");
    }

    @Test
    void truncatedTable() {
        refused(
                Arrays.copyOf(IORT, 200),
                MADT,
                "IORT",
                4,
                "header says 364 bytes, the file has 200");
        refused(Arrays.copyOf(IORT, 20), MADT, "IORT", 20, "inside the header");
        refused(new byte[0], MADT, "IORT", 0, "inside the header");
        refused(IORT, Arrays.copyOf(MADT, 100), "MADT", 4, "the file has 100");
        refused(Tables.sealed(Arrays.copyOf(IORT, 40)), MADT, "IORT", 40, "before its nodes");
        refused(
                Tables.sealed(Arrays.copyOf(IORT, 200)),
                MADT,
                "IORT",
                0xa1,
                "past the table's end");
    }

    @Test
    void oversizedTable() {
        refused(Tables.sealed(new byte[(1 << 20) + 1]), MADT, "IORT", 0, "longer than");
    }

    @Test
    void wrongTable() {
        refused(Tables.real("gicv3-its.MADT"), MADT, "IORT", 0, "signature");
        refused(IORT, IORT, "MADT", 0, "signature");
    }

    @Test
    void referenceToNoNode() {
        refused(with(IORT, 0x128, 0x50), MADT, "IORT", 0x128, "0x50, where no node begins");
        refused(with(IORT, 0x128, 0xffff_fff0L), MADT, "IORT", 0x128, "no node begins");
    }

    @Test
    void referenceCycles() {
        refused(with(IORT, 0x98, 0x48), MADT, "IORT", 0x98, "reference cycle");
        refused(with(IORT, 0x98, 0xa0), MADT, "IORT", 0x98, "may not lead to");
        refused(with(IORT, 0x98, 0xf8), MADT, "IORT", 0x128, "reference cycle");
        refused(with(with(IORT, 0x98, 0xa0), 0xf0, 0x48), MADT, "IORT", 0xf0, "reference cycle");
    }

    @Test
    void rangesOutOfBounds() {
        refused(with(IORT, 0x124, 0xffff_ff00L), MADT, "IORT", 0x124, "output ids");
        refused(with(IORT, 0x11c, 0xffff_ff00L), MADT, "IORT", 0x11c, "input ids");
    }

    @Test
    void overlappingRanges() {
        refused(with(IORT, 0x144, 0x100), MADT, "IORT", 0x144, "overlap");
    }

    @Test
    void nodesOutOfBounds() {
        refused(with(IORT, 36, 5), MADT, "IORT", 36, "5 nodes are announced");
        refused(with(IORT, 36, 0xffff_ffffL), MADT, "IORT", 36, "the table ends after 4");
        refused(with(IORT, 40, 8), MADT, "IORT", 40, "inside the table's header");
        refused(with(IORT, 40, 0xffff_fff8L), MADT, "IORT", 36, "ends after 0");
        refused(with(IORT, 0x30, 0x0100_0000), MADT, "IORT", 0x31, "a node of length 0");
        refused(with(IORT, 0x50, 0x4000_0000L), MADT, "IORT", 0x54, "do not fit");
        refused(with(IORT, 0x54, 8), MADT, "IORT", 0x54, "do not fit");
        refused(with(IORT, 0x40, 2), MADT, "IORT", 0x40, "do not fit");
        refused(with(IORT, 0x40, 0), MADT, "IORT", 0x40, "without an ITS");
    }

    @Test
    void itsThatTheMadtDoesNotHave() {
        refused(with(IORT, 0x44, 7), MADT, "IORT", 0x44, "names ITS id 7");
        refused(IORT, Tables.real("qemu-virt.APIC.its_off"), "IORT", 0x44, "names ITS id 0");
    }

    @Test
    void brokenMadt() {
        refused(IORT, with(MADT, 0xa4, 0x0000_000f), "MADT", 0xa5, "of length 0");
        refused(IORT, with(MADT, 0xa4, 0x0000_200f), "MADT", 0xa5, "past the table's end");
        refused(IORT, with(MADT, 0xa4, 0x0000_100f), "MADT", 0xa5, "of 16 bytes, not 20");
        refused(IORT, with(MADT, 0xac, 0x8081000), "MADT", 0xac, "not 64 KiB aligned");
        refused(IORT, with(MADT, 0xb0, 0x8000_0000L), "MADT", 0xac, "52 bits");
        byte[] twice = madt(0x7000_0000L, 0x7100_0000L);
        refused(IORT, with(twice, 0x44, 0), "MADT", 0x44, "also that of the structure at 0x2c");
        refused(IORT, madt(0x8080000, 0x8090000), "MADT", 0x40, "overlap");
    }

    @Test
    void tablesThatContradictTheRulesOfATopology() {
        refused(with(IORT, 0xb0, 0x0c000000), MADT, "IORT", 0xa0, "overlap");
        refused(with(IORT, 0x58, 0x0c001000), MADT, "IORT", 0x48, "aligned");
        byte[] sameStreamId =
                iort(
                        5,
                        itsGroup(0),
                        smmuV3(0x6000_0000L, 1, 0, ids(0, 0x10000, 0, 0x30)),
                        rootComplex(0, 0, ids(0, 0x100, 0, 0x48)),
                        rootComplex(1, 0, ids(0, 0x100, 0, 0x48)));
        AcpiProblem problem =
                catchThrowableOfType(
                        AcpiProblem.class,
                        () ->
                                AcpiTopology.read(
                                        "host",
                                        sameStreamId,
                                        MADT,
                                        DeviceList.parse("0000:00:01.0\n0001:00:01.0")));
        assertThat(problem.reason()).contains("StreamID 0x8 on smmu0 is also that of 0000:00:01.0");
        assertThat(problem.table()).isEqualTo("IORT");
        // the one mapping of the second root complex
        assertThat(problem.offset()).isEqualTo(0x30 + 24 + 88 + 56 + 36);
    }

    @Test
    void deviceListNamesTheBadLine() {
        refusedLine("0000:00:01.0\nhello\n", 2, "'hello' is no PCI address");
        refusedLine("\n# x\n00:20.0", 3, "no PCI address");
        refusedLine("00:01.0\n0000:00:01.0 0200: 8086:10d3", 2, "already on line 1");
        refusedLine("\n".repeat(70_000), 65_537, "lines");
        refusedLine("x".repeat(100_000), 1, "longer than");
        refusedLine("00:\0\u001b[31m.0", 1, "'00:??[31m.0' is no PCI address");
    }

    private static void refusedLine(String text, int line, String reason) {
        DeviceListProblem problem =
                catchThrowableOfType(DeviceListProblem.class, () -> DeviceList.parse(text));

        assertThat(problem.line()).isEqualTo(line);
        assertThat(problem.reason()).contains(reason);
    }

    private static void refused(
            byte[] iort, byte[] madt, String table, long offset, String reason) {
        AcpiProblem problem =
                catchThrowableOfType(
                        AcpiProblem.class,
                        () -> AcpiTopology.read("host", iort, madt, DeviceList.parse("00:01.0")));

        assertThat(problem)
                .as("%s is refused", reason)
                .isNotNull()
                .hasMessageStartingWith(String.format(Locale.ROOT, "%s at 0x%x: ", table, offset));
        assertThat(problem.reason()).contains(reason);
    }
}
