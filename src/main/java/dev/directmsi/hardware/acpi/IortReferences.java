package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import dev.directmsi.hardware.acpi.IortNode.ItsGroup;
import dev.directmsi.hardware.acpi.IortNode.NamedComponent;
import dev.directmsi.hardware.acpi.IortNode.Pmcg;
import dev.directmsi.hardware.acpi.IortNode.ReservedMemory;
import dev.directmsi.hardware.acpi.IortNode.RootComplex;
import dev.directmsi.hardware.acpi.IortNode.SmmuV2;
import dev.directmsi.hardware.acpi.IortNode.SmmuV3;
import dev.directmsi.hardware.acpi.IortNode.Unrecognized;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks how the nodes of an IORT refer to each other: every reference hits a node, none closes a
/// cycle, each leads to a kind of node that it may lead to, and no input id has two outputs.
final class IortReferences {

    /// Enough to see the pattern; a broken table could fill megabytes.
    private static final int MAX_REPAIRS = 100;

    private final AcpiTable table;
    private final Map<Long, IortNode> nodes;
    private final List<String> repairs = new ArrayList<>();

    IortReferences(AcpiTable table, Map<Long, IortNode> nodes) {
        this.table = table;
        this.nodes = nodes;
    }

    /// Refuses what is not sound, and names what Linux repairs.
    List<String> check() {
        for (IortNode node : nodes.values()) {
            node.mappings().forEach(mapping -> target(node, mapping));
        }
        refuseCycles();
        for (IortNode node : nodes.values()) {
            node.mappings().forEach(mapping -> checkKind(node, mapping));
            checkOverlaps(node);
        }
        segmentsWithTwoRoots();
        return repairs;
    }

    /// The mappings of a node that translate the ids of devices. A mapping for the SMMU's own
    /// interrupts, or one flagged single where only ranges are allowed, is not among them.
    static List<IdMapping> usable(IortNode node) {
        return switch (node.body()) {
            case SmmuV3 smmu -> rangesWithout(node.mappings(), smmu.ownMapping());
            case SmmuV2 _ -> rangesWithout(node.mappings(), -1);
            case RootComplex _, NamedComponent _, ReservedMemory _ -> node.mappings();
            case ItsGroup _, Pmcg _, Unrecognized _ -> List.of();
        };
    }

    private static List<IdMapping> rangesWithout(List<IdMapping> mappings, int own) {
        var ranges = new ArrayList<IdMapping>();
        for (int i = 0; i < mappings.size(); i++) {
            if (i != own && !mappings.get(i).single()) {
                ranges.add(mappings.get(i));
            }
        }
        return ranges;
    }

    private IortNode target(IortNode node, IdMapping mapping) {
        IortNode target = nodes.get(mapping.target());
        if (target == null) {
            throw table.problem(
                    mapping.offset() + 12,
                    "a mapping of the %s refers to %s, where no node begins"
                            .formatted(node.label(), Address.hex(mapping.target())));
        }
        return target;
    }

    /// Depth first, with a stack of its own: the depth is the table's choice.
    private void refuseCycles() {
        var done = new HashSet<Integer>();
        for (IortNode start : nodes.values()) {
            if (!done.contains(start.offset())) {
                walk(start, done);
            }
        }
    }

    /// Nodes are told apart by their offsets.
    private void walk(IortNode start, Set<Integer> done) {
        var path = new ArrayList<IortNode>(List.of(start));
        var onPath = new HashSet<Integer>(List.of(start.offset()));
        var next = new HashMap<Integer, Integer>();
        while (!path.isEmpty()) {
            IortNode node = path.getLast();
            int index = next.merge(node.offset(), 1, Integer::sum) - 1;
            if (index == node.mappings().size()) {
                path.removeLast();
                onPath.remove(node.offset());
                done.add(node.offset());
                continue;
            }
            IdMapping mapping = node.mappings().get(index);
            IortNode target = target(node, mapping);
            if (onPath.contains(target.offset())) {
                throw table.problem(
                        mapping.offset() + 12,
                        "reference cycle: the %s leads back to the %s"
                                .formatted(node.label(), target.label()));
            }
            if (!done.contains(target.offset())) {
                path.add(target);
                onPath.add(target.offset());
            }
        }
    }

    /// DEN 0049 E.b, 3.1: which type of node may lead where.
    private void checkKind(IortNode node, IdMapping mapping) {
        IortNode target = target(node, mapping);
        boolean toIts = target.body() instanceof ItsGroup;
        boolean toSmmu = target.body() instanceof SmmuV3 || target.body() instanceof SmmuV2;
        boolean allowed =
                switch (node.body()) {
                    case RootComplex _, NamedComponent _ -> toIts || toSmmu;
                    case SmmuV3 _, SmmuV2 _, Pmcg _ -> toIts;
                    case ReservedMemory _ -> toSmmu;
                    case ItsGroup _, Unrecognized _ -> false;
                };
        if (!allowed) {
            throw table.problem(
                    mapping.offset() + 12,
                    "the %s may not lead to the %s".formatted(node.label(), target.label()));
        }
        boolean ofSmmu = node.body() instanceof SmmuV3 || node.body() instanceof SmmuV2;
        if (mapping.single() && ofSmmu && !isOwn(node, mapping)) {
            repair(mapping.offset(), "ignored, a single mapping is not for the devices of an SMMU");
        }
    }

    private static boolean isOwn(IortNode node, IdMapping mapping) {
        return node.body() instanceof SmmuV3 smmu
                && smmu.ownMapping() >= 0
                && node.mappings().get(smmu.ownMapping()).offset() == mapping.offset();
    }

    private void repair(long offset, String what) {
        if (repairs.size() < MAX_REPAIRS) {
            repairs.add("IORT at " + Address.hex(offset) + ": " + what);
        }
    }

    /// Firmware that stores the number of ids, not minus one, makes each range overlap the next by
    /// one id. Linux lets the next range win there; any other overlap is refused.
    private void checkOverlaps(IortNode node) {
        boolean translates =
                switch (node.body()) {
                    case RootComplex _, SmmuV3 _, SmmuV2 _ -> true;
                    case NamedComponent _, ReservedMemory _, ItsGroup _, Pmcg _, Unrecognized _ ->
                            false;
                };
        if (!translates) {
            return;
        }
        List<IdMapping> sorted =
                usable(node).stream()
                        .sorted(Comparator.comparingLong(IortReferences::first))
                        .toList();
        @Nullable IdMapping highest = null;
        for (IdMapping mapping : sorted) {
            if (highest != null && first(mapping) <= last(highest)) {
                checkOverlap(node, highest, mapping);
            }
            if (highest == null || last(mapping) > last(highest)) {
                highest = mapping;
            }
        }
    }

    private void checkOverlap(IortNode node, IdMapping lower, IdMapping upper) {
        boolean byOneId = first(upper) == last(lower) && first(lower) < first(upper);
        if (!byOneId || lower.single() || upper.single()) {
            throw table.problem(
                    upper.offset(),
                    "input ids %s..%s of the %s overlap %s..%s of the mapping at %s"
                            .formatted(
                                    Address.hex(first(upper)),
                                    Address.hex(last(upper)),
                                    node.label(),
                                    Address.hex(first(lower)),
                                    Address.hex(last(lower)),
                                    Address.hex(lower.offset())));
        }
        repair(
                upper.offset(),
                "input id %s belongs to this mapping, not to the one at %s that ends with it"
                        .formatted(Address.hex(first(upper)), Address.hex(lower.offset())));
    }

    private static long first(IdMapping mapping) {
        return mapping.single() ? 0 : mapping.inputFirst();
    }

    private static long last(IdMapping mapping) {
        return mapping.single() ? IdMapping.HIGHEST_ID : mapping.inputLast();
    }

    private void segmentsWithTwoRoots() {
        var roots = new HashMap<Long, IortNode>();
        for (IortNode node : nodes.values()) {
            if (node.body() instanceof RootComplex rootComplex) {
                IortNode first = roots.putIfAbsent(rootComplex.segment(), node);
                if (first != null) {
                    repair(
                            node.offset(),
                            "ignored, segment %d already has the %s"
                                    .formatted(rootComplex.segment(), first.label()));
                }
            }
        }
    }
}
