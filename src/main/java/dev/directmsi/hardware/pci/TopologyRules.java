package dev.directmsi.hardware.pci;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What must hold of a host as a whole; [UnitRules] has the rules of its SMMUs and ITSes,
/// [DeviceRules] those of its functions. All problems are found, not only the first.
public final class TopologyRules {

    /// Ours: no machine known has more than 16.
    public static final int MAX_SMMUS = 64;

    /// Ours: no machine known has more than 16.
    public static final int MAX_ITSES = 64;

    /// Ours: with 2048 vectors each, their LPIs stay below 2^24, the largest INTID of a GICv3.
    public static final int MAX_DEVICES = 4096;

    /// Ours: reserved regions of one device; firmware names one or two.
    public static final int MAX_RESERVED = 64;

    /// Enough to repair a document by; a broken one could fill megabytes.
    static final int MAX_PROBLEMS = 100;

    static final Set<PageSize> PAGE_SIZES =
            Set.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K);

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

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
            rules.problems.addAll(new UnitRules(topology).check());
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
