package dev.directmsi.hardware.acpi;

import dev.directmsi.address.Address;
import dev.directmsi.hardware.acpi.IortNode.ItsGroup;
import dev.directmsi.hardware.acpi.IortNode.RootComplex;
import dev.directmsi.hardware.acpi.IortNode.SmmuV3;
import dev.directmsi.hardware.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the tables wire one PCI function: requester id, root complex, SMMU, ITS group.
///
/// @param address the function
/// @param rootComplex the root complex node of its segment, or null
/// @param smmu the SMMUv3 node on its way, or null where it bypasses all of them
/// @param streamId its id there, unsigned 32-bit; meaningless without an SMMU
/// @param itsGroup the ITS group node at the end, or null
/// @param deviceId its id there, unsigned 32-bit; meaningless without an ITS group
/// @param mappings the id mappings it took, first the root complex's
/// @param hops the way in words, one line per step
record DeviceChain(
        PciAddress address,
        @Nullable IortNode rootComplex,
        @Nullable IortNode smmu,
        long streamId,
        @Nullable IortNode itsGroup,
        long deviceId,
        List<IdMapping> mappings,
        List<String> hops) {

    DeviceChain {
        mappings = List.copyOf(mappings);
        hops = List.copyOf(hops);
    }

    static DeviceChain of(Iort iort, PciAddress address) {
        var mappings = new ArrayList<IdMapping>();
        var hops = new ArrayList<String>();
        long id = address.requesterId();
        long streamId = 0;
        @Nullable IortNode smmu = null;
        @Nullable IortNode itsGroup = null;
        @Nullable IortNode root = iort.rootComplex(address.segment()).orElse(null);
        hops.add("requester id %s of segment %s".formatted(hex(id), segment(address)));
        if (root == null) {
            hops.add("no root complex node has segment " + segment(address));
        }
        // References form no cycle, so this ends.
        @Nullable IortNode node = root;
        while (node != null && itsGroup == null) {
            Optional<IdMapping> mapping = iort.mapping(node, id);
            if (mapping.isEmpty()) {
                hops.add("%s maps no id %s".formatted(node.label(), hex(id)));
                break;
            }
            mappings.add(mapping.get());
            IortNode target = iort.target(mapping.get());
            long output = mapping.get().map(id);
            hops.add(hop(node, id, mapping.get(), target, output));
            id = output;
            if (target.body() instanceof SmmuV3) {
                smmu = target;
                streamId = output;
            } else if (target.body() instanceof ItsGroup) {
                itsGroup = target;
            }
            node = target;
        }
        return new DeviceChain(address, root, smmu, streamId, itsGroup, id, mappings, hops);
    }

    private static String hop(
            IortNode node, long id, IdMapping mapping, IortNode target, long output) {
        String space = target.body() instanceof ItsGroup ? "DeviceID" : "StreamID";
        return "%s: id %s, mapping at %s, leads to %s as %s %s"
                .formatted(
                        node.label(),
                        hex(id),
                        hex(mapping.offset()),
                        target.label(),
                        space,
                        hex(output));
    }

    /// What the root complex says about its functions.
    Optional<RootComplex> attributes() {
        return rootComplex != null && rootComplex.body() instanceof RootComplex body
                ? Optional.of(body)
                : Optional.empty();
    }

    private static String segment(PciAddress address) {
        return "%04x".formatted(address.segment());
    }

    private static String hex(long value) {
        return Address.hex(value);
    }
}
