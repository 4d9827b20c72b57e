package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.acpi.IortNode.ReservedMemory;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.TopologyRules;
import java.util.ArrayList;
import java.util.List;

/// The reserved memory range (RMR) nodes of an IORT as regions of the devices whose StreamIDs they
/// name.
final class AcpiReservedMemory {

    /// Linux ignores the nodes of earlier tables: their layout was still changing.
    private static final int FIRST_REVISION = 5;

    private final List<IortNode> nodes = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();

    AcpiReservedMemory(Iort iort) {
        for (IortNode node : iort.nodes().values()) {
            if (node.body() instanceof ReservedMemory body) {
                if (iort.revision() < FIRST_REVISION) {
                    repair(
                            node,
                            "ignored before revision 5 of the table, this is " + iort.revision());
                } else {
                    nodes.add(node);
                    body.ranges().forEach(range -> checkAlignment(node, range));
                }
            }
        }
    }

    private void checkAlignment(IortNode node, AddressRange range) {
        if (!range.isAlignedTo(PageSize.SIZE_64K.bytes())) {
            repair(node, "%s is not 64 KiB aligned; widened to %s".formatted(range, widen(range)));
        }
    }

    private void repair(IortNode node, String what) {
        if (repairs.size() < 100) {
            repairs.add("IORT at %s: %s".formatted(Address.hex(node.offset()), what));
        }
    }

    /// What Linux makes of a range that is not 64 KiB aligned: whole pages of the host.
    private static AddressRange widen(AddressRange range) {
        if (range.isAlignedTo(PageSize.SIZE_64K.bytes())) {
            return range;
        }
        PageSize page = PageSize.SIZE_4K;
        return new AddressRange(page.floor(range.first()), page.page(range.last()).last());
    }

    List<ReservedRegion> of(DeviceChain chain) {
        var regions = new ArrayList<ReservedRegion>();
        for (IortNode node : nodes) {
            if (node.body() instanceof ReservedMemory body && names(node, chain)) {
                var type =
                        body.remapPermitted()
                                ? ReservedRegion.Type.DIRECT_RELAXABLE
                                : ReservedRegion.Type.DIRECT;
                // Checked here, not only by the rules: thousands per device would fill the memory.
                if (regions.size() + body.ranges().size() > TopologyRules.MAX_RESERVED) {
                    throw new AcpiProblem(
                            "IORT",
                            node.offset(),
                            "%s gets more than %d reserved ranges"
                                    .formatted(chain.address(), TopologyRules.MAX_RESERVED));
                }
                body.ranges().forEach(range -> regions.add(new ReservedRegion(widen(range), type)));
            }
        }
        return regions;
    }

    private boolean names(IortNode node, DeviceChain chain) {
        return chain.smmu() != null
                && node.mappings().stream()
                        .anyMatch(mapping ->
                                mapping.target() == chain.smmu().offset()
                                        && mapping.outputFirst() <= chain.streamId()
                                        && chain.streamId() <= mapping.outputLast());
    }

    List<String> repairs() {
        return repairs;
    }
}
