package dev.directmsi.hardware.acpi;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.acpi.IortNode.RootComplex;
import dev.directmsi.hardware.acpi.IortNode.SmmuV3;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import dev.directmsi.hardware.smmu.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One PCI function out of its chain, with defaults for what only its config space would say.
final class AcpiFunction {

    static final List<String> ASSUMED =
            List.of(
                    "devices.msix: 32",
                    "devices.group: one of its own",
                    "devices.streamIds: no aliases behind a bridge",
                    "devices.ats, devices.pri, devices.pasidBits: what the root complex supports",
                    "devices.virtualFunction: false");

    private static final int MSIX_VECTORS = 32;
    private static final int MAX_PASID_BITS = 20;

    private final DeviceChain chain;
    private final @Nullable Its its;
    private final PciFunction function;

    AcpiFunction(
            DeviceChain chain,
            int group,
            AcpiSmmus smmus,
            AcpiItses itses,
            AcpiReservedMemory memory) {
        this.chain = chain;
        this.its = itses.its(chain.itsGroup());
        @Nullable String smmu = smmus.name(chain.smmu());
        Optional<RootComplex> root = chain.attributes();
        var reserved = new ArrayList<>(memory.of(chain));
        // HI161X: what Linux reports instead of a software MSI window
        // (iort_iommu_msi_get_resv_regions).
        boolean bypass =
                its != null
                        && chain.smmu() != null
                        && chain.smmu().body() instanceof SmmuV3 body
                        && body.model() == SmmuV3.MODEL_HI161X;
        if (bypass && its != null) {
            AddressRange frame = its.translationFrame();
            reserved.add(new ReservedRegion(frame, ReservedRegion.Type.MSI));
        }
        this.function =
                new PciFunction(
                        chain.address().toString(),
                        smmu,
                        smmu == null ? List.of() : List.of(new StreamId((int) chain.streamId())),
                        its == null ? null : its.name(),
                        its == null ? 0 : (int) chain.deviceId(),
                        group,
                        null,
                        MSIX_VECTORS,
                        root.filter(RootComplex::forwardsPasids)
                                .map(r -> Math.min(r.pasidBits(), MAX_PASID_BITS))
                                .orElse(0),
                        root.filter(r -> r.memory().alwaysWritesBack()).isPresent(),
                        root.filter(RootComplex::supportsAts).isPresent(),
                        bypass,
                        false,
                        root.filter(RootComplex::supportsPri).isPresent(),
                        reserved);
    }

    PciFunction function() {
        return function;
    }

    /// The chain in words, with the names that the topology uses.
    List<String> explanation() {
        var lines = new ArrayList<>(chain.hops());
        if (function.smmu() == null) {
            lines.add("no SMMUv3 on the way: its DMA is not translated, it cannot be bound");
        } else {
            lines.add(
                    "translated by %s as StreamID %s"
                            .formatted(function.smmu(), function.streamIds().getFirst()));
        }
        if (its == null) {
            lines.add("no ITS: it has no message-signalled interrupts");
        } else {
            lines.add(
                    "MSIs go to %s at %s, doorbell %s, as DeviceID 0x%x"
                            .formatted(
                                    its.name(), its.frameBase(), its.doorbell(), chain.deviceId()));
        }
        if (function.msiBypassesSmmu()) {
            lines.add("its MSI writes bypass the SMMU (HI161X)");
        }
        return List.copyOf(lines);
    }
}
