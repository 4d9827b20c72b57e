package dev.directmsi.hardware.acpi;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.address.RangeSet;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.ArrayList;
import java.util.List;

/// Where the model's RAM goes on a host whose tables do not speak of RAM.
///
/// @param base 2 MiB aligned, from 2 GiB on
record AcpiRam(PhysAddr base) {

    /// RAM of Arm servers begins at 2 GiB or above; the defaults give SMMUs 48 bits of output.
    private static final AddressRange WINDOW = new AddressRange(0x8000_0000L, (1L << 48) - 1);

    /// Room that leaves a model host without worries; any hole as large will do.
    private static final long ENOUGH = 1L << 38;

    /// The first hole between the register frames that is large enough, else the largest.
    static AcpiRam beside(List<Smmu> smmus, List<Its> itses) {
        var frames = new ArrayList<AddressRange>();
        smmus.forEach(smmu -> add(frames, smmu.base().value(), Topology.SMMU_FRAMES));
        itses.forEach(its -> add(frames, its.frameBase().value(), 2 * Its.FRAME_SIZE));
        long best = WINDOW.first();
        long room = 0;
        for (AddressRange hole : new RangeSet(frames).complement(WINDOW)) {
            long first = (hole.first() + Topology.RAM_ALIGNMENT - 1) & -Topology.RAM_ALIGNMENT;
            long size = hole.last() - first + 1;
            if (size > room) {
                best = first;
                room = size;
            }
            if (room >= ENOUGH) {
                break;
            }
        }
        return new AcpiRam(new PhysAddr(best));
    }

    /// A frame that wraps is refused by the rules of a topology, with a better place.
    private static void add(List<AddressRange> frames, long base, long size) {
        if (!AddressRange.wraps(base, size)) {
            frames.add(AddressRange.of(base, size));
        }
    }
}
