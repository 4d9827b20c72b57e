package dev.directmsi.api.host;

import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.List;

/// One SMMUv3 and what it implements (IHI 0070, 6.3).
///
/// @param name unique on the host
/// @param base physical address of its registers
/// @param oas output address size, bits
/// @param granules translation granules
/// @param vmidBits how many VMIDs there are: 2^bits − 1
/// @param sidBits StreamID bits
/// @param ssidBits SubstreamID bits
/// @param nesting whether both stages can be combined
/// @param s2fwb whether stage 2 can force write-back
/// @param httu hardware update of tables: 0 none, 1 access flag, 2 dirty state too
/// @param stall whether faults may stall
/// @param ats whether devices may cache translations
/// @param coherent whether table walks are coherent; without it no device can be bound
/// @param commandQueues virtual command queues of the Tegra241 extension per interface, 0 for none
record SmmuResponse(
        String name,
        U64 base,
        int oas,
        List<Granule> granules,
        int vmidBits,
        int sidBits,
        int ssidBits,
        boolean nesting,
        boolean s2fwb,
        int httu,
        boolean stall,
        boolean ats,
        boolean coherent,
        int commandQueues) {

    static SmmuResponse of(Smmu smmu) {
        return new SmmuResponse(
                smmu.name(),
                U64.of(smmu.base()),
                smmu.oas(),
                smmu.granules().stream().map(Granule::new).toList(),
                smmu.vmidBits(),
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
