package dev.directmsi.control.host;

import dev.directmsi.address.Address;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyProblem;
import dev.directmsi.hardware.pci.TopologyRules;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A host as text: JSON or YAML, in the shape of the preset `lab`.
///
/// Reading accepts 64-bit values as hex or decimal strings or as integers up to 2^53-1, takes
/// defaults for what is optional, and refuses unknown properties. Writing gives the canonical JSON,
/// with every property and with addresses as `0x…` strings; reading it again gives the same
/// topology.
public final class TopologyDocument {

    private TopologyDocument() {}

    /// Reads and checks a document.
    ///
    /// @param text JSON if it begins with a brace, else YAML; at most 1 MiB
    /// @param nameIfAbsent the topology's name where the document has none
    /// @throws InvalidTopology with everything that is wrong
    public static Topology parse(String text, String nameIfAbsent) {
        return topology(DocumentText.read(text), nameIfAbsent);
    }

    /// Reads back what [#render] wrote, which may be longer than what is accepted from strangers.
    public static Topology restore(String canonical) {
        return topology(DocumentText.read(canonical, DocumentText.MAX_CANONICAL_BYTES), "");
    }

    /// The canonical JSON text: what is stored, hashed and shown.
    public static String render(Topology topology) {
        return DocumentText.write(tree(topology));
    }

    static Topology topology(ObjectNode document, String nameIfAbsent) {
        Topology topology = new TopologyReader(document, nameIfAbsent).read();
        List<TopologyProblem> problems = TopologyRules.check(topology);
        if (!problems.isEmpty()) {
            throw new InvalidTopology(problems);
        }
        return topology;
    }

    /// The canonical JSON as a tree of its own.
    public static ObjectNode tree(Topology topology) {
        ObjectNode document = DocumentText.object();
        document.put("name", topology.name());
        document.put("hostPageSize", topology.hostPageSize().bytes());
        document.put("ramBase", topology.ramBase().toString());
        document.put("busMasterAtBind", topology.busMasterAtBind());
        ArrayNode smmus = document.putArray("smmus");
        topology.smmus().forEach(smmu -> write(smmu, smmus.addObject()));
        if (!topology.mocks().isEmpty()) {
            ArrayNode mocks = document.putArray("mocks");
            topology.mocks().forEach(mock -> mocks.addObject().put("name", mock.name()));
        }
        ArrayNode itses = document.putArray("itses");
        topology.itses().forEach(its -> write(its, itses.addObject()));
        ArrayNode devices = document.putArray("devices");
        topology.devices().forEach(device -> write(device, devices.addObject()));
        return document;
    }

    private static void write(Smmu smmu, ObjectNode node) {
        node.put("name", smmu.name());
        node.put("base", smmu.base().toString());
        node.put("oas", smmu.oas());
        ArrayNode granules = node.putArray("granules");
        smmu.granules().stream().map(PageSize::toString).forEach(granules::add);
        node.put("vmidBits", smmu.vmidBits());
        node.put("sidBits", smmu.sidBits());
        node.put("ssidBits", smmu.ssidBits());
        node.put("nesting", smmu.nesting());
        node.put("s2fwb", smmu.s2fwb());
        node.put("httu", smmu.httu());
        node.put("stall", smmu.stall());
        node.put("ats", smmu.ats());
        node.put("coherent", smmu.coherent());
        node.put("commandQueues", smmu.commandQueues());
    }

    private static void write(Its its, ObjectNode node) {
        node.put("name", its.name());
        node.put("frameBase", its.frameBase().toString());
        node.put("deviceIdBits", its.deviceIdBits());
        node.put("eventIdBits", its.eventIdBits());
        node.put("isolated", its.isolated());
    }

    private static void write(PciFunction device, ObjectNode node) {
        node.put("name", device.name());
        if (device.smmu() != null) {
            node.put("smmu", device.smmu());
        }
        ArrayNode streamIds = node.putArray("streamIds");
        for (StreamId id : device.streamIds()) {
            streamIds.add(Integer.toUnsignedLong(id.value()));
        }
        if (device.its() != null) {
            node.put("its", device.its());
            node.put("itsDeviceId", Integer.toUnsignedLong(device.itsDeviceId()));
        }
        node.put("group", device.group());
        if (device.msi() != null) {
            node.putObject("msi")
                    .put("vectors", device.msi().vectors())
                    .put("address64", device.msi().address64());
        }
        node.put("msix", device.msixVectors());
        node.put("pasidBits", device.pasidBits());
        node.put("canwbs", device.canwbs());
        node.put("ats", device.ats());
        node.put("pri", device.pri());
        if (!device.dirtyTracking()) {
            node.put("dirtyTracking", false);
        }
        node.put("virtualFunction", device.virtualFunction());
        node.put("msiBypassesSmmu", device.msiBypassesSmmu());
        ArrayNode reserved = node.putArray("reserved");
        device.reserved().forEach(region -> write(region, reserved.addObject()));
    }

    private static void write(ReservedRegion region, ObjectNode node) {
        node.put("first", Address.hex(region.range().first()));
        node.put("last", Address.hex(region.range().last()));
        node.put("type", region.type().name());
    }
}
