package dev.directmsi.control.host;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.PciFunction.MsiCapability;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.pci.TopologyProblem;
import dev.directmsi.hardware.pci.TopologyRules;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds a topology from a document's tree. Finds every problem of shape; rules that span objects
/// come afterwards.
final class TopologyReader {

    private static final long RAM_BASE = 0x8_8000_0000L;

    /// Not a group a document can name.
    private static final int NO_GROUP = Integer.MIN_VALUE;

    private static final Map<String, PageSize> GRANULES =
            Map.of(
                    "4K", PageSize.SIZE_4K,
                    "16K", PageSize.SIZE_16K,
                    "64K", PageSize.SIZE_64K);

    private final DocumentFields document;
    private final List<TopologyProblem> problems = new ArrayList<>();
    private final String nameIfAbsent;

    TopologyReader(ObjectNode document, String nameIfAbsent) {
        this.document = new DocumentFields("", document, problems);
        this.nameIfAbsent = nameIfAbsent;
    }

    /// @throws InvalidTopology with all problems of shape
    Topology read() {
        String name = document.text("name").orElse(nameIfAbsent);
        PageSize hostPageSize = hostPageSize();
        var ramBase = new PhysAddr(document.address("ramBase", RAM_BASE));
        boolean busMaster = document.flag("busMasterAtBind", true);
        List<Smmu> smmus =
                document.objects("smmus", TopologyRules.MAX_SMMUS).stream()
                        .map(this::smmu)
                        .toList();
        List<MockIommu> mocks =
                document.objects("mocks", TopologyRules.MAX_SMMUS).stream()
                        .map(TopologyReader::mock)
                        .toList();
        List<Its> itses =
                document.objects("itses", TopologyRules.MAX_ITSES).stream()
                        .map(TopologyReader::its)
                        .toList();
        List<PciFunction> devices = devices();
        document.refuseUnknown();
        if (!problems.isEmpty()) {
            throw new InvalidTopology(problems.stream().limit(100).toList());
        }
        return new Topology(name, hostPageSize, ramBase, busMaster, smmus, mocks, itses, devices);
    }

    private PageSize hostPageSize() {
        PageSize named = GRANULES.get(document.textIfAny("hostPageSize"));
        if (named != null) {
            return named;
        }
        long bytes = document.address("hostPageSize", PageSize.SIZE_4K.bytes());
        if (Long.bitCount(bytes) != 1) {
            document.problem("hostPageSize", bytes + " is none of 4096, 16384, 65536");
            return PageSize.SIZE_4K;
        }
        return new PageSize(bytes);
    }

    private Smmu smmu(DocumentFields fields) {
        var smmu =
                new Smmu(
                        fields.requiredText("name"),
                        new PhysAddr(fields.requiredAddress("base")),
                        fields.count("oas", 48),
                        granules(fields),
                        fields.count("vmidBits", 16),
                        fields.count("sidBits", 16),
                        fields.count("ssidBits", 0),
                        fields.flag("nesting", true),
                        fields.flag("s2fwb", true),
                        fields.count("httu", 0),
                        fields.flag("stall", false),
                        fields.flag("ats", false),
                        fields.flag("coherent", true),
                        fields.count("commandQueues", 0));
        fields.refuseUnknown();
        return smmu;
    }

    private static List<PageSize> granules(DocumentFields fields) {
        if (!fields.has("granules")) {
            fields.list("granules", 0);
            return List.copyOf(GRANULES.values());
        }
        var granules = new ArrayList<PageSize>();
        for (JsonNode node : fields.list("granules", GRANULES.size())) {
            PageSize granule = node.isString() ? GRANULES.get(node.stringValue()) : null;
            if (granule == null) {
                fields.problem("granules", node + " is none of 4K, 16K, 64K");
            } else {
                granules.add(granule);
            }
        }
        return granules;
    }

    private static MockIommu mock(DocumentFields fields) {
        var mock = new MockIommu(fields.requiredText("name"));
        fields.refuseUnknown();
        return mock;
    }

    private static Its its(DocumentFields fields) {
        var its =
                new Its(
                        fields.requiredText("name"),
                        new PhysAddr(fields.requiredAddress("frameBase")),
                        fields.count("deviceIdBits", 16),
                        fields.count("eventIdBits", 16),
                        fields.flag("isolated", true));
        fields.refuseUnknown();
        return its;
    }

    private List<PciFunction> devices() {
        List<DocumentFields> entries = document.objects("devices", TopologyRules.MAX_DEVICES);
        List<Integer> groups =
                entries.stream().map(entry -> entry.count("group", NO_GROUP)).toList();
        // A device without a group gets one of its own: the lowest that nobody names.
        var taken = new HashSet<>(groups);
        int free = 1;
        var devices = new ArrayList<PciFunction>();
        for (int i = 0; i < entries.size(); i++) {
            int group = groups.get(i);
            if (group == NO_GROUP) {
                while (!taken.add(free)) {
                    free++;
                }
                group = free;
            }
            devices.add(device(entries.get(i), group));
        }
        return devices;
    }

    private PciFunction device(DocumentFields fields, int group) {
        @Nullable String its = fields.text("its").orElse(null);
        if (fields.has("its") && !fields.has("itsDeviceId")) {
            fields.problem("itsDeviceId", "is missing: a device with an ITS has a DeviceID there");
        } else if (!fields.has("its") && fields.has("itsDeviceId")) {
            fields.problem("itsDeviceId", "a device without an ITS has no DeviceID");
        }
        var device =
                new PciFunction(
                        fields.requiredText("name"),
                        fields.text("smmu").orElse(null),
                        fields.ids("streamIds").stream().map(StreamId::new).toList(),
                        its,
                        fields.id("itsDeviceId"),
                        group,
                        fields.object("msi").map(TopologyReader::msi).orElse(null),
                        fields.count("msix", 0),
                        fields.count("pasidBits", 0),
                        fields.flag("canwbs", false),
                        fields.flag("ats", false),
                        fields.flag("msiBypassesSmmu", false),
                        fields.flag("virtualFunction", false),
                        fields.flag("pri", false),
                        fields.flag("dirtyTracking", true),
                        fields.objects("reserved", Integer.MAX_VALUE).stream()
                                .map(TopologyReader::reserved)
                                .toList());
        fields.refuseUnknown();
        return device;
    }

    private static MsiCapability msi(DocumentFields fields) {
        var msi = new MsiCapability(fields.count("vectors", 1), fields.flag("address64", true));
        fields.refuseUnknown();
        return msi;
    }

    private static ReservedRegion reserved(DocumentFields fields) {
        String type = fields.requiredText("type");
        Map<String, ReservedRegion.Type> types =
                Arrays.stream(ReservedRegion.Type.values())
                        .collect(Collectors.toMap(Enum::name, named -> named));
        ReservedRegion.Type known = types.get(type);
        if (known == null) {
            fields.problem("type", "none of DIRECT, DIRECT_RELAXABLE, RESERVED, MSI");
        }
        var region =
                new ReservedRegion(
                        fields.range(), known == null ? ReservedRegion.Type.RESERVED : known);
        fields.refuseUnknown();
        return region;
    }
}
