package dev.directmsi.hardware.pci;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.smmu.Smmu;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What must hold of a host as a whole, and of its SMMUs and ITSes; [DeviceRules] has the rules of
/// its functions. All problems are found, not only the first.
public final class TopologyRules {

    /// Ours: no machine known has more than 16.
    public static final int MAX_SMMUS = 64;

    /// Ours: no machine known has more than 16.
    public static final int MAX_ITSES = 64;

    /// Ours: with 2048 vectors each, their LPIs stay below 2^24, the largest INTID of a GICv3.
    public static final int MAX_DEVICES = 4096;

    /// Enough to repair a document by; a broken one could fill megabytes.
    static final int MAX_PROBLEMS = 100;

    static final Set<PageSize> PAGE_SIZES =
            Set.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K);

    private static final Set<Integer> OUTPUT_SIZES = Set.of(32, 36, 40, 42, 44, 48, 52);
    private static final int MAX_VMID_BITS = 16;
    private static final int MAX_ID_BITS = 32;
    private static final int MAX_SSID_BITS = 20;

    /// Tegra241: 128 virtual command queues in all.
    private static final int MAX_COMMAND_QUEUES = 128;

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /// A copy is named `smmu.its` in a path, so neither name has a dot.
    private static final Pattern UNIT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /// What a path calls the ITS of devices that have none.
    private static final String NO_ITS = "none";

    private final Topology topology;
    private final List<TopologyProblem> problems = new ArrayList<>();

    private TopologyRules(Topology topology) {
        this.topology = topology;
    }

    /// All that is wrong, in the order of the document, at most 100; empty for a sound topology.
    public static List<TopologyProblem> check(Topology topology) {
        var rules = new TopologyRules(topology);
        rules.host();
        if (rules.problems.isEmpty()) {
            rules.units();
            rules.frames();
            rules.ram();
            rules.problems.addAll(new DeviceRules(topology).check());
        }
        return rules.problems.stream().limit(MAX_PROBLEMS).toList();
    }

    private void host() {
        require(
                "name",
                HOST_NAME.matcher(topology.name()).matches(),
                "'" + topology.name() + "' is no name: letters, digits, '.', '_', '-', at most 64");
        require(
                "hostPageSize",
                PAGE_SIZES.contains(topology.hostPageSize()),
                topology.hostPageSize() + " is none of 4K, 16K, 64K");
        atMost("smmus", topology.smmus().size(), MAX_SMMUS);
        atMost("itses", topology.itses().size(), MAX_ITSES);
        atMost("devices", topology.devices().size(), MAX_DEVICES);
    }

    private void units() {
        var names = new HashMap<String, Integer>();
        for (int i = 0; i < topology.smmus().size(); i++) {
            smmu("smmus[" + i + "]", topology.smmus().get(i), i, names);
        }
        names.clear();
        for (int i = 0; i < topology.itses().size(); i++) {
            its("itses[" + i + "]", topology.itses().get(i), i, names);
        }
    }

    private void smmu(String place, Smmu smmu, int index, Map<String, Integer> names) {
        unitName(place, smmu.name(), index, names);
        frameBase(place + ".base", smmu.base().value(), Topology.SMMU_FRAMES);
        require(
                place + ".oas",
                OUTPUT_SIZES.contains(smmu.oas()),
                smmu.oas() + " is none of 32, 36, 40, 42, 44, 48, 52 bits");
        require(
                place + ".granules",
                !smmu.granules().isEmpty(),
                "an SMMU has at least one granule");
        require(
                place + ".granules",
                PAGE_SIZES.containsAll(smmu.granules()),
                smmu.granules() + " are not all among 4K, 16K, 64K");
        require(
                place + ".granules",
                Set.copyOf(smmu.granules()).size() == smmu.granules().size(),
                smmu.granules() + " has one twice");
        within(place + ".vmidBits", smmu.vmidBits(), 1, MAX_VMID_BITS);
        within(place + ".sidBits", smmu.sidBits(), 1, MAX_ID_BITS);
        within(place + ".ssidBits", smmu.ssidBits(), 0, MAX_SSID_BITS);
        within(place + ".httu", smmu.httu(), 0, 2);
        within(place + ".commandQueues", smmu.commandQueues(), 0, MAX_COMMAND_QUEUES);
    }

    private void its(String place, Its its, int index, Map<String, Integer> names) {
        unitName(place, its.name(), index, names);
        require(
                place + ".name",
                !its.name().equals(NO_ITS),
                "'none' stands for devices without an ITS");
        frameBase(place + ".frameBase", its.frameBase().value(), 2 * Its.FRAME_SIZE);
        within(place + ".deviceIdBits", its.deviceIdBits(), 1, MAX_ID_BITS);
        within(place + ".eventIdBits", its.eventIdBits(), 1, MAX_ID_BITS);
    }

    private void unitName(String place, String name, int index, Map<String, Integer> names) {
        require(
                place + ".name",
                UNIT_NAME.matcher(name).matches(),
                "'" + name + "' is no name: letters, digits, '_', '-', at most 64");
        Integer other = names.putIfAbsent(name, index);
        if (other != null) {
            problem(place + ".name", "'%s' is also the name of number %d".formatted(name, other));
        }
    }

    private void frameBase(String place, long base, long length) {
        require(
                place,
                PageSize.SIZE_64K.isAligned(base),
                Address.hex(base) + " is not 64 KiB aligned");
        require(
                place,
                Long.compareUnsigned(base, (1L << 52) - length) <= 0,
                Address.hex(base) + " needs more than 52 bits");
    }

    /// A register frame of an SMMU or ITS.
    private record Frame(String place, String name, AddressRange range) {}

    private void frames() {
        @Nullable Frame highest = null;
        for (Frame frame : sortedFrames()) {
            if (highest != null && highest.range().overlaps(frame.range())) {
                problem(
                        frame.place(),
                        "the frames of %s at %s overlap those of %s at %s"
                                .formatted(
                                        frame.name(),
                                        frame.range(),
                                        highest.name(),
                                        highest.range()));
            }
            if (highest == null
                    || Long.compareUnsigned(frame.range().last(), highest.range().last()) > 0) {
                highest = frame;
            }
        }
    }

    private List<Frame> sortedFrames() {
        var frames = new ArrayList<Frame>();
        for (int i = 0; i < topology.smmus().size(); i++) {
            Smmu smmu = topology.smmus().get(i);
            add(
                    frames,
                    "smmus[" + i + "].base",
                    smmu.name(),
                    smmu.base().value(),
                    Topology.SMMU_FRAMES);
        }
        for (int i = 0; i < topology.itses().size(); i++) {
            Its its = topology.itses().get(i);
            add(
                    frames,
                    "itses[" + i + "].frameBase",
                    its.name(),
                    its.frameBase().value(),
                    2 * Its.FRAME_SIZE);
        }
        frames.sort(Comparator.comparing(Frame::range));
        return frames;
    }

    /// A frame that wraps is already refused for its width.
    private static void add(List<Frame> frames, String place, String name, long base, long size) {
        if (!AddressRange.wraps(base, size)) {
            frames.add(new Frame(place, name, AddressRange.of(base, size)));
        }
    }

    private void ram() {
        long base = topology.ramBase().value();
        require(
                "ramBase",
                base % Topology.RAM_ALIGNMENT == 0,
                Address.hex(base) + " is not 2 MiB aligned");
        AddressRange least =
                AddressRange.wraps(base, Topology.LEAST_RAM)
                        ? null
                        : AddressRange.of(base, Topology.LEAST_RAM);
        if (least == null || Long.compareUnsigned(least.last(), 1L << 52) >= 0) {
            problem("ramBase", Address.hex(base) + " leaves less than 1 GiB below 2^52");
            return;
        }
        for (Frame frame : sortedFrames()) {
            require(
                    "ramBase",
                    !frame.range().overlaps(least),
                    "the first GiB of RAM, %s, overlaps %s at %s"
                            .formatted(least, frame.name(), frame.range()));
        }
        for (Smmu smmu : topology.smmus()) {
            boolean reaches = smmu.oas() < 0 || smmu.oas() > 63 || least.last() < 1L << smmu.oas();
            require(
                    "ramBase",
                    reaches,
                    "the first GiB of RAM, %s, is beyond the %d output bits of %s"
                            .formatted(least, smmu.oas(), smmu.name()));
        }
    }

    private void within(String place, int value, int least, int most) {
        require(
                place,
                value >= least && value <= most,
                "%d is not between %d and %d".formatted(value, least, most));
    }

    private void atMost(String place, int count, int most) {
        require(place, count <= most, "%d of them, at most %d are possible".formatted(count, most));
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
