package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.acpi.IortNode.Body;
import dev.directmsi.hardware.acpi.IortNode.ItsGroup;
import dev.directmsi.hardware.acpi.IortNode.MemoryAccess;
import dev.directmsi.hardware.acpi.IortNode.NamedComponent;
import dev.directmsi.hardware.acpi.IortNode.Pmcg;
import dev.directmsi.hardware.acpi.IortNode.ReservedMemory;
import dev.directmsi.hardware.acpi.IortNode.RootComplex;
import dev.directmsi.hardware.acpi.IortNode.SmmuV2;
import dev.directmsi.hardware.acpi.IortNode.SmmuV3;
import dev.directmsi.hardware.acpi.IortNode.Unrecognized;
import java.util.ArrayList;
import java.util.List;

/// Reads one node of an IORT: its header, the fields of its type and its id mappings. Nothing
/// outside the node's own length is read.
final class IortNodeReader {

    static final int HEADER_LENGTH = 16;
    private static final int MAPPING_LENGTH = 20;
    private static final int RANGE_LENGTH = 20;

    private final AcpiTable table;
    private final int at;
    private final int length;
    private final int revision;

    /// Whether id counts in this table are not minus one, as some firmware has them.
    private final boolean countsAreExact;

    IortNodeReader(AcpiTable table, int at, boolean countsAreExact) {
        this.table = table;
        this.at = at;
        this.countsAreExact = countsAreExact;
        if (at > table.length() - HEADER_LENGTH) {
            throw table.problem(at, "the table ends inside the header of a node");
        }
        this.length = table.u16(at + 1);
        this.revision = table.u8(at + 3);
        if (length < HEADER_LENGTH) {
            throw table.problem(at + 1, "a node of length " + length);
        }
        if (length > table.length() - at) {
            throw table.problem(
                    at + 1,
                    "a node of %d bytes runs past the table's end at %s"
                            .formatted(length, Address.hex(table.length())));
        }
    }

    int length() {
        return length;
    }

    IortNode read() {
        int type = table.u8(at);
        Body body =
                switch (type) {
                    case 0 -> itsGroup();
                    case 1 -> namedComponent();
                    case 2 -> rootComplex();
                    case 3 -> smmuV2();
                    case 4 -> smmuV3();
                    case 5 -> pmcg();
                    case 6 -> reservedMemory();
                    default -> new Unrecognized(type);
                };
        List<IdMapping> mappings = body instanceof Unrecognized ? List.of() : mappings();
        return new IortNode(at, revision, mappings, body);
    }

    private ItsGroup itsGroup() {
        requireLength(20);
        long count = table.u32(at + 16);
        if (count == 0) {
            throw table.problem(at + 16, "an ITS group without an ITS");
        }
        requireArray(at + 16, 20, count, 4);
        var ids = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            ids.add(table.u32(at + 20 + 4 * i));
        }
        return new ItsGroup(ids);
    }

    private NamedComponent namedComponent() {
        int path = 29;
        requireLength(path);
        String text = table.text(at + path, length - path);
        int end = text.indexOf('\0');
        String name = end < 0 ? text : text.substring(0, end);
        return new NamedComponent(name.replaceAll("[^\\x21-\\x7e]", "?"), memoryAccess(at + 20));
    }

    private RootComplex rootComplex() {
        requireLength(revision == 0 ? 32 : 36);
        // DEN 0049 E.d: bits 4:0 of the PASID capabilities, from revision 4 of the node on.
        int pasidBits = revision >= 4 ? table.u16(at + 33) & 0x1f : 0;
        return new RootComplex(
                table.u32(at + 28), memoryAccess(at + 16), table.u32(at + 24), pasidBits);
    }

    private MemoryAccess memoryAccess(int offset) {
        return new MemoryAccess(table.u32(offset), table.u8(offset + 7));
    }

    private SmmuV2 smmuV2() {
        requireLength(60);
        return new SmmuV2(table.u64(at + 16));
    }

    private SmmuV3 smmuV3() {
        requireLength(revision == 0 ? 60 : 68);
        long flags = table.u32(at + 24);
        return new SmmuV3(table.u64(at + 16), flags, table.u32(at + 40), ownMapping(flags));
    }

    /// The mapping that is for the SMMU's own MSIs. Up to revision 4 it counts only if at least one
    /// of the four interrupts has no wire (DEN 0049 E.b, table 10), later only if flagged.
    private int ownMapping(long flags) {
        if (revision == 0) {
            return -1;
        }
        boolean wired = true;
        for (int gsiv = 44; gsiv < 60; gsiv += 4) {
            wired &= table.u32(at + gsiv) != 0;
        }
        boolean valid = revision < 5 ? !wired : (flags & 1 << 4) != 0;
        long index = table.u32(at + 64);
        // An index past the mappings is ignored, as Linux does.
        return valid && index < table.u32(at + 8) ? (int) index : -1;
    }

    private Pmcg pmcg() {
        requireLength(32);
        return new Pmcg(table.u64(at + 16));
    }

    private ReservedMemory reservedMemory() {
        requireLength(28);
        long count = table.u32(at + 20);
        long first = table.u32(at + 24);
        if (count == 0) {
            throw table.problem(at + 20, "a reserved memory range node without a range");
        }
        requireArray(at + 24, first, count, RANGE_LENGTH);
        var ranges = new ArrayList<AddressRange>();
        for (int i = 0; i < count; i++) {
            int range = at + (int) first + RANGE_LENGTH * i;
            long base = table.u64(range);
            long bytes = table.u64(range + 8);
            if (AddressRange.wraps(base, bytes)) {
                throw table.problem(
                        range,
                        "%s bytes from %s are no range"
                                .formatted(Address.hex(bytes), Address.hex(base)));
            }
            ranges.add(AddressRange.of(base, bytes));
        }
        return new ReservedMemory(table.u32(at + 16), ranges);
    }

    private List<IdMapping> mappings() {
        long count = table.u32(at + 8);
        if (count == 0) {
            return List.of();
        }
        long first = table.u32(at + 12);
        requireArray(at + 12, first, count, MAPPING_LENGTH);
        var mappings = new ArrayList<IdMapping>();
        for (int i = 0; i < count; i++) {
            mappings.add(mapping(at + (int) first + MAPPING_LENGTH * i));
        }
        return mappings;
    }

    private IdMapping mapping(int offset) {
        long input = table.u32(offset);
        long stated = table.u32(offset + 4);
        long output = table.u32(offset + 8);
        boolean single = (table.u32(offset + 16) & 1) != 0;
        long more = single ? 0 : countsAreExact && stated > 0 ? stated - 1 : stated;
        if (input + more > IdMapping.HIGHEST_ID) {
            throw table.problem(
                    offset,
                    "input ids from %s on, %s of them, do not fit 32 bits"
                            .formatted(Address.hex(input), Address.hex(more + 1)));
        }
        if (output + more > IdMapping.HIGHEST_ID) {
            throw table.problem(
                    offset + 8,
                    "output ids from %s on, %s of them, do not fit 32 bits"
                            .formatted(Address.hex(output), Address.hex(more + 1)));
        }
        return new IdMapping(offset, input, input + more, output, table.u32(offset + 12), single);
    }

    private void requireLength(int least) {
        if (length < least) {
            throw table.problem(
                    at + 1,
                    "a node of type %d, revision %d has at least %d bytes, this one %d"
                            .formatted(table.u8(at), revision, least, length));
        }
    }

    /// An array lies behind the node's header and inside the node.
    private void requireArray(int fieldOffset, long first, long count, int size) {
        if (first < HEADER_LENGTH || first + count * size > length) {
            throw table.problem(
                    fieldOffset,
                    "%d entries of %d bytes at %s of the node do not fit its %d bytes"
                            .formatted(count, size, Address.hex(first), length));
        }
    }
}
