package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An IO Remapping Table (DEN 0049) whose nodes and references are sound.
///
/// @param revision of the table
/// @param nodes by offset, in the table's order
/// @param repairs what was read differently from what the table says, as Linux reads it
public record Iort(int revision, SequencedMap<Long, IortNode> nodes, List<String> repairs) {

    private static final int NODE_COUNT_OFFSET = 36;
    private static final int FIRST_NODE_OFFSET = 40;
    private static final int FIXED_LENGTH = 48;

    public Iort {
        nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
        repairs = List.copyOf(repairs);
    }

    /// Reads the table.
    ///
    /// @throws AcpiProblem where the table is not sound
    public static Iort parse(byte[] content) {
        var table = new AcpiTable("IORT", "IORT", content);
        if (table.length() < FIXED_LENGTH) {
            throw table.problem(table.length(), "the table ends before its nodes, at 0x30");
        }
        boolean exact = countsAreExact(table);
        var nodes = new LinkedHashMap<Long, IortNode>();
        long count = table.u32(NODE_COUNT_OFFSET);
        long at = table.u32(FIRST_NODE_OFFSET);
        if (count > 0 && at < FIXED_LENGTH) {
            throw table.problem(FIRST_NODE_OFFSET, "nodes begin inside the table's header");
        }
        for (long i = 0; i < count; i++) {
            if (at > table.length() - IortNodeReader.HEADER_LENGTH) {
                throw table.problem(
                        NODE_COUNT_OFFSET,
                        "%d nodes are announced, the table ends after %d".formatted(count, i));
            }
            var reader = new IortNodeReader(table, (int) at, exact);
            nodes.put(at, reader.read());
            at += reader.length();
        }
        var repairs = new IortReferences(table, nodes).check();
        if (exact) {
            repairs.addFirst("IORT: id counts are not minus one (HiSilicon firmware)");
        }
        return new Iort(table.revision(), nodes, repairs);
    }

    /// Firmware of HIP07 and HIP08 stores the number of ids, not minus one; Linux knows it by name.
    private static boolean countsAreExact(AcpiTable table) {
        return table.oemId().equals("HISI  ")
                && (table.oemTableId().equals("HIP07   ") || table.oemTableId().equals("HIP08   "))
                && table.oemRevision() == 0;
    }

    /// The node that a mapping leads to.
    public IortNode target(IdMapping mapping) {
        IortNode node = nodes.get(mapping.target());
        if (node == null) {
            throw new IllegalStateException("dangling reference " + Address.hex(mapping.target()));
        }
        return node;
    }

    /// The root complex of a PCI segment: the first of the table, as Linux takes it.
    public Optional<IortNode> rootComplex(int segment) {
        long wanted = Integer.toUnsignedLong(segment);
        return nodes.values().stream()
                .filter(node ->
                        node.body() instanceof IortNode.RootComplex rootComplex
                                && rootComplex.segment() == wanted)
                .findFirst();
    }

    /// The mapping of a node that translates an id. Where one range ends with the id that the next
    /// begins with, the next one wins.
    public Optional<IdMapping> mapping(IortNode node, long id) {
        @Nullable IdMapping found = null;
        for (IdMapping mapping : IortReferences.usable(node)) {
            if (mapping.contains(id) && (found == null || mapping.inputFirst() == id)) {
                found = mapping;
            }
        }
        return Optional.ofNullable(found);
    }
}
