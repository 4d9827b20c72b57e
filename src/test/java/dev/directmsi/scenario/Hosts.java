package dev.directmsi.scenario;

import dev.directmsi.control.host.Presets;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;

/// The host that a scenario opens: a preset, with fewer VMIDs where `vmidBits=` says so.
final class Hosts {

    private Hosts() {}

    static Topology of(Step step) {
        Topology preset = Presets.load().preset(step.word(0)).orElseThrow();
        String bits = step.option("vmidBits");
        return bits == null
                ? preset
                : new Topology(
                        preset.name(),
                        preset.hostPageSize(),
                        preset.ramBase(),
                        preset.busMasterAtBind(),
                        preset.smmus().stream()
                                .map(smmu -> with(smmu, Integer.parseInt(bits)))
                                .toList(),
                        preset.itses(),
                        preset.devices());
    }

    private static Smmu with(Smmu smmu, int vmidBits) {
        return new Smmu(
                smmu.name(),
                smmu.base(),
                smmu.oas(),
                smmu.granules(),
                vmidBits,
                smmu.sidBits(),
                smmu.ssidBits(),
                smmu.nesting(),
                smmu.s2fwb(),
                smmu.httu(),
                smmu.stall(),
                smmu.ats(),
                smmu.coherent(),
                smmu.commandQueues());
    }
}
