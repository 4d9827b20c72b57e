package dev.directmsi.hardware.acpi;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.acpi.IortNode.ItsGroup;
import dev.directmsi.hardware.acpi.IortNode.RootComplex;
import dev.directmsi.hardware.acpi.IortNode.SmmuV3;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The SMMUv3 nodes of an IORT as SMMUs, named in the table's order. What only the registers would
/// say gets a default.
final class AcpiSmmus {

    private static final int OAS = 48;
    private static final int LEAST_SID_BITS = 16;
    private static final int SSID_BITS = 16;
    private static final int VMID_BITS = 16;

    private final Map<Integer, String> names = new LinkedHashMap<>();
    private final List<IortNode> nodes = new ArrayList<>();
    private final Map<Integer, Long> highestStreamId = new LinkedHashMap<>();
    private final Set<Integer> withAts = new HashSet<>();

    AcpiSmmus(Iort iort) {
        for (IortNode node : iort.nodes().values()) {
            if (node.body() instanceof SmmuV3) {
                names.put(node.offset(), "smmu" + nodes.size());
                nodes.add(node);
            }
        }
        for (IortNode node : iort.nodes().values()) {
            boolean ats = node.body() instanceof RootComplex root && root.supportsAts();
            for (IdMapping mapping : node.mappings()) {
                IortNode target = iort.target(mapping);
                if (!(target.body() instanceof ItsGroup)) {
                    highestStreamId.merge(target.offset(), mapping.outputLast(), Math::max);
                    if (ats) {
                        withAts.add(target.offset());
                    }
                }
            }
        }
    }

    /// Takes note of a device: a mapping may be wider than what is wired.
    void seen(DeviceChain chain) {
        if (chain.smmu() != null) {
            highestStreamId.merge(chain.smmu().offset(), chain.streamId(), Math::max);
        }
    }

    @Nullable String name(@Nullable IortNode node) {
        return node == null ? null : names.get(node.offset());
    }

    long offset(int index) {
        return nodes.get(index).offset();
    }

    List<Smmu> smmus() {
        var smmus = new ArrayList<Smmu>();
        for (IortNode node : nodes) {
            if (node.body() instanceof SmmuV3 body) {
                smmus.add(smmu(node, body));
            }
        }
        return smmus;
    }

    private Smmu smmu(IortNode node, SmmuV3 body) {
        return new Smmu(
                names.getOrDefault(node.offset(), ""),
                new PhysAddr(body.base()),
                OAS,
                List.of(PageSize.SIZE_4K, PageSize.SIZE_16K, PageSize.SIZE_64K),
                VMID_BITS,
                sidBits(node),
                SSID_BITS,
                true,
                true,
                Math.min(body.httu(), 2),
                false,
                withAts.contains(node.offset()),
                // Without the override the register decides, and a device behind an incoherent
                // SMMU could not be bound at all.
                true,
                0);
    }

    private int sidBits(IortNode node) {
        return bitsFor(highestStreamId.getOrDefault(node.offset(), 0L));
    }

    /// The fewest bits, at least 16, that hold an unsigned 32-bit id.
    static int bitsFor(long highest) {
        return Math.max(LEAST_SID_BITS, Long.SIZE - Long.numberOfLeadingZeros(highest));
    }

    List<String> assumed() {
        var assumed = new ArrayList<String>();
        for (IortNode node : nodes) {
            if (node.body() instanceof SmmuV3 body) {
                String name = names.getOrDefault(node.offset(), "");
                assumed.add(name + ".oas: " + OAS);
                assumed.add(name + ".granules: 4K, 16K, 64K");
                assumed.add(name + ".vmidBits: " + VMID_BITS);
                assumed.add(name + ".sidBits: " + sidBits(node));
                assumed.add(name + ".ssidBits: " + SSID_BITS);
                assumed.add(name + ".nesting: true");
                assumed.add(name + ".s2fwb: true");
                assumed.add(name + ".stall: false");
                if (!body.coherent()) {
                    assumed.add(name + ".coherent: true");
                }
                if (body.httu() == 0) {
                    assumed.add(name + ".httu: 0");
                }
            }
        }
        return assumed;
    }
}
