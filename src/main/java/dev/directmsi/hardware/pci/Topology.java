package dev.directmsi.hardware.pci;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole host: its SMMUs, its ITSes, its functions and how they are wired. Immutable while contexts
 * are open on it.
 *
 * @param name the preset or document it came from
 * @param hostPageSize page size of the host's kernel
 * @param ramBase where the model's RAM begins
 * @param busMasterAtBind whether bus mastering is on right after a bind
 * @param smmus unique by name
 * @param itses unique by name, frames disjoint
 * @param devices unique by name; (SMMU, StreamID) and (ITS, DeviceID) unique
 */
public record Topology(
        String name,
        PageSize hostPageSize,
        PhysAddr ramBase,
        boolean busMasterAtBind,
        List<Smmu> smmus,
        List<Its> itses,
        List<PciFunction> devices) {

    public Topology {
        smmus = List.copyOf(smmus);
        itses = List.copyOf(itses);
        devices = List.copyOf(devices);
    }

    public Optional<PciFunction> device(String name) {
        return devices.stream().filter(device -> device.name().equals(name)).findFirst();
    }

    public Optional<Smmu> smmu(String name) {
        return smmus.stream().filter(smmu -> smmu.name().equals(name)).findFirst();
    }

    public Optional<Its> its(String name) {
        return itses.stream().filter(its -> its.name().equals(name)).findFirst();
    }

    /** The functions of an IOMMU group, in document order. */
    public List<PciFunction> group(int group) {
        return devices.stream().filter(device -> device.group() == group).toList();
    }

    /**
     * The first LPI of each function's block: blocks of ITT size in device order from 8192, so that
     * LPI = base + EventID needs no allocation.
     */
    public Map<String, Integer> lpiBases() {
        var bases = new LinkedHashMap<String, Integer>();
        int next = Its.FIRST_LPI;
        for (PciFunction device : devices) {
            if (device.its() != null) {
                bases.put(device.name(), next);
                next += device.ittSize();
            }
        }
        return bases;
    }
}
