package dev.directmsi.hardware.pci;

import dev.directmsi.address.Address;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What must hold of the functions of a host, each by itself and with the others.
final class DeviceRules {

    private static final int MAX_MSI_VECTORS = 32;
    private static final int MAX_MSIX_VECTORS = 2048;
    private static final int MAX_PASID_BITS = 20;
    private static final int MAX_STREAM_IDS = 64;

    /// A device that is not PCI, as the kernel names platform devices: `fe640000.ethernet`.
    private static final Pattern PLATFORM_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /// An id in one unit's space.
    private record UnitId(String unit, int id) {}

    private final Topology topology;
    private final Map<String, Smmu> smmus;
    private final Map<String, Its> itses;
    private final List<TopologyProblem> problems = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<UnitId, String> streamIds = new HashMap<>();
    private final Map<UnitId, String> deviceIds = new HashMap<>();
    private final Map<Integer, PciFunction> groups = new HashMap<>();

    DeviceRules(Topology topology) {
        this.topology = topology;
        // Names that appear twice are refused elsewhere.
        this.smmus =
                topology.smmus().stream()
                        .collect(Collectors.toMap(Smmu::name, smmu -> smmu, (a, _) -> a));
        this.itses =
                topology.itses().stream()
                        .collect(Collectors.toMap(Its::name, its -> its, (a, _) -> a));
    }

    List<TopologyProblem> check() {
        for (int i = 0; i < topology.devices().size(); i++) {
            String place = "devices[" + i + "]";
            PciFunction device = topology.devices().get(i);
            name(place, device, i);
            smmu(place, device);
            its(place, device);
            capabilities(place, device);
            group(place, device);
            if (problems.size() >= TopologyRules.MAX_PROBLEMS) {
                break;
            }
        }
        return problems;
    }

    private void name(String place, PciFunction device, int index) {
        String name = device.name();
        if (name.contains(":")) {
            Optional<PciAddress> address = PciAddress.parse(name);
            require(
                    place + ".name",
                    address.isPresent() && address.get().toString().equals(name),
                    "'%s' is no PCI address like 0000:01:00.0".formatted(name));
        } else {
            require(
                    place + ".name",
                    PLATFORM_NAME.matcher(name).matches(),
                    "'%s' is no name: letters, digits, '.', '_', '-', at most 64".formatted(name));
        }
        Integer other = names.putIfAbsent(name, index);
        if (other != null) {
            problem(place + ".name", "%s is also devices[%d]".formatted(name, other));
        }
    }

    private void smmu(String place, PciFunction device) {
        if (device.smmu() == null) {
            require(
                    place + ".streamIds",
                    device.streamIds().isEmpty(),
                    "a device behind no SMMU has no StreamID");
            return;
        }
        if (topology.mock(device.smmu()).isPresent()) {
            require(
                    place + ".streamIds",
                    device.streamIds().isEmpty() && device.its() == null,
                    "a device behind a mock IOMMU has neither StreamID nor ITS");
            require(
                    place + ".pasidBits",
                    device.pasidBits() == 0 || device.pasidBits() == MockIommu.PASID_BITS,
                    "a mock device has 0 or %d PASID bits".formatted(MockIommu.PASID_BITS));
            return;
        }
        Smmu smmu = smmus.get(device.smmu());
        if (smmu == null) {
            problem(place + ".smmu", "there is no SMMU '%s'".formatted(device.smmu()));
            return;
        }
        require(
                place + ".streamIds",
                !device.streamIds().isEmpty(),
                "a device behind %s has at least one StreamID".formatted(smmu.name()));
        require(
                place + ".streamIds",
                device.streamIds().size() <= MAX_STREAM_IDS,
                "%d of them, at most %d are possible"
                        .formatted(device.streamIds().size(), MAX_STREAM_IDS));
        for (StreamId id : device.streamIds()) {
            require(
                    place + ".streamIds",
                    fits(id.value(), smmu.sidBits()),
                    "StreamID %s has more than the %d bits of %s"
                            .formatted(id, smmu.sidBits(), smmu.name()));
            String other =
                    streamIds.putIfAbsent(new UnitId(smmu.name(), id.value()), device.name());
            if (other != null) {
                problem(
                        place + ".streamIds",
                        "StreamID %s on %s is also that of %s".formatted(id, smmu.name(), other));
            }
        }
    }

    private void its(String place, PciFunction device) {
        if (device.its() == null) {
            require(
                    place + ".msiBypassesSmmu",
                    !device.msiBypassesSmmu(),
                    "a device without an ITS writes no MSIs");
            return;
        }
        Its its = itses.get(device.its());
        if (its == null) {
            problem(place + ".its", "there is no ITS '%s'".formatted(device.its()));
            return;
        }
        String id = Address.hex(Integer.toUnsignedLong(device.itsDeviceId()));
        require(
                place + ".itsDeviceId",
                fits(device.itsDeviceId(), its.deviceIdBits()),
                "DeviceID %s has more than the %d bits of %s"
                        .formatted(id, its.deviceIdBits(), its.name()));
        String other =
                deviceIds.putIfAbsent(new UnitId(its.name(), device.itsDeviceId()), device.name());
        if (other != null) {
            problem(
                    place + ".itsDeviceId",
                    "DeviceID %s on %s is also that of %s".formatted(id, its.name(), other));
        }
        require(
                place + ".its",
                !fits(its.eventIdBits()) || device.ittSize() <= 1L << its.eventIdBits(),
                "an interrupt translation table of %d entries needs more than the %d EventID bits of %s"
                        .formatted(device.ittSize(), its.eventIdBits(), its.name()));
        Smmu smmu = device.smmu() == null ? null : smmus.get(device.smmu());
        require(
                place + ".its",
                smmu == null
                        || !fits(smmu.oas())
                        || its.translationFrame().last() < 1L << smmu.oas(),
                "the doorbell of %s is beyond the output bits of %s"
                        .formatted(its.name(), device.smmu()));
    }

    private void capabilities(String place, PciFunction device) {
        if (device.msi() != null) {
            int vectors = device.msi().vectors();
            require(
                    place + ".msi.vectors",
                    vectors >= 1 && vectors <= MAX_MSI_VECTORS && Integer.bitCount(vectors) == 1,
                    vectors + " is no power of two between 1 and 32");
        }
        require(
                place + ".msix",
                device.msixVectors() >= 0 && device.msixVectors() <= MAX_MSIX_VECTORS,
                device.msixVectors() + " is not between 0 and 2048");
        require(
                place + ".pasidBits",
                device.pasidBits() >= 0 && device.pasidBits() <= MAX_PASID_BITS,
                device.pasidBits() + " is not between 0 and 20");
        require(
                place + ".reserved",
                device.reserved().size() <= TopologyRules.MAX_RESERVED,
                "%d of them, at most %d are possible"
                        .formatted(device.reserved().size(), TopologyRules.MAX_RESERVED));
        require(
                place + ".reserved",
                device.reserved().stream()
                        .noneMatch(region -> region.type() == ReservedRegion.Type.SW_MSI),
                "SW_MSI is the SMMU driver's own, firmware reserves no such region");
    }

    private void group(String place, PciFunction device) {
        require(place + ".group", device.group() >= 0, device.group() + " is negative");
        PciFunction first = groups.putIfAbsent(device.group(), device);
        require(
                place + ".group",
                first == null || Objects.equals(first.smmu(), device.smmu()),
                "%s is behind %s, but %s of the same group is behind %s"
                        .formatted(
                                device.name(),
                                Objects.requireNonNullElse(device.smmu(), "no SMMU"),
                                first == null ? "" : first.name(),
                                first == null
                                        ? ""
                                        : Objects.requireNonNullElse(first.smmu(), "no SMMU")));
    }

    private static boolean fits(int id, int bits) {
        return !fits(bits) || Integer.toUnsignedLong(id) < 1L << bits;
    }

    /// Whether a number of bits can be shifted by; others are refused elsewhere.
    private static boolean fits(int bits) {
        return bits >= 1 && bits <= 62;
    }

    private void require(String place, boolean holds, String message) {
        if (!holds) {
            problem(place, message);
        }
    }

    private void problem(String place, String message) {
        problems.add(new TopologyProblem(place, message));
    }
}
