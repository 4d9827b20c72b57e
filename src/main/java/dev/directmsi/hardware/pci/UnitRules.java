package dev.directmsi.hardware.pci;

import dev.directmsi.address.Address;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What must hold of the SMMUs and the ITSes of a host, each by itself and by name.
final class UnitRules {

    private static final Set<Integer> OUTPUT_SIZES = Set.of(32, 36, 40, 42, 44, 48, 52);
    private static final int MAX_VMID_BITS = 16;
    private static final int MAX_ID_BITS = 32;
    private static final int MAX_SSID_BITS = 20;

    /// Tegra241: 128 virtual command queues in all.
    private static final int MAX_COMMAND_QUEUES = 128;

    /// A copy is named `smmu.its` in a path, so neither name has a dot.
    private static final Pattern UNIT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /// What a path calls the ITS of devices that have none.
    private static final String NO_ITS = "none";

    private final Topology topology;
    private final List<TopologyProblem> problems = new ArrayList<>();

    UnitRules(Topology topology) {
        this.topology = topology;
    }

    List<TopologyProblem> check() {
        var names = new HashMap<String, Integer>();
        for (int i = 0; i < topology.smmus().size(); i++) {
            smmu("smmus[" + i + "]", topology.smmus().get(i), i, names);
        }
        for (int i = 0; i < topology.mocks().size(); i++) {
            unitName("mocks[" + i + "]", topology.mocks().get(i).name(), i, names);
        }
        names.clear();
        for (int i = 0; i < topology.itses().size(); i++) {
            its("itses[" + i + "]", topology.itses().get(i), i, names);
        }
        return problems;
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
                TopologyRules.PAGE_SIZES.containsAll(smmu.granules()),
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

    private void within(String place, int value, int least, int most) {
        require(
                place,
                value >= least && value <= most,
                "%d is not between %d and %d".formatted(value, least, most));
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
