package dev.directmsi.hardware.pci;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.smmu.Smmu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole host: its SMMUs, its ITSes, its functions and how they are wired. Immutable while
 * contexts are open on it.
 *
 * @param name the preset or document it came from
 * @param hostPageSize page size of the host's kernel
 * @param ramBase where the model's RAM begins
 * @param busMasterAtBind whether bus mastering is on right after a bind
 * @param smmus unique by name
 * @param mocks mock IOMMUs, unique by name among all IOMMUs; none but on the kernel's test machine
 * @param itses unique by name, frames disjoint
 * @param devices unique by name; (SMMU, StreamID) and (ITS, DeviceID) unique
 */
public record Topology(
        String name,
        PageSize hostPageSize,
        PhysAddr ramBase,
        boolean busMasterAtBind,
        List<Smmu> smmus,
        List<MockIommu> mocks,
        List<Its> itses,
        List<PciFunction> devices) {

    /** Register frames of an SMMUv3: two of 64 KiB (IHI 0070, 6.1). */
    public static final long SMMU_FRAMES = 0x2_0000;

    /** The model's RAM is handed out in blocks of this alignment. */
    public static final long RAM_ALIGNMENT = 0x20_0000;

    /** The least RAM a host has. */
    public static final long LEAST_RAM = 0x4000_0000;

    /** A host without a mock IOMMU. */
    public Topology(
            String name,
            PageSize hostPageSize,
            PhysAddr ramBase,
            boolean busMasterAtBind,
            List<Smmu> smmus,
            List<Its> itses,
            List<PciFunction> devices) {
        this(name, hostPageSize, ramBase, busMasterAtBind, smmus, List.of(), itses, devices);
    }

    public Topology {
        smmus = List.copyOf(smmus);
        mocks = List.copyOf(mocks);
        itses = List.copyOf(itses);
        devices = List.copyOf(devices);
    }

    /**
     * The model's RAM: from its base to the next register frame, or to the end of what every SMMU
     * can put out (48 bits without one). At least {@link #LEAST_RAM} in a topology that keeps the
     * rules.
     */
    public AddressRange ram() {
        int bits = smmus.stream().mapToInt(Smmu::oas).min().orElse(48);
        long end = 1L << bits;
        for (Smmu smmu : smmus) {
            end = lowerAbove(smmu.base(), end);
        }
        for (Its its : itses) {
            end = lowerAbove(its.frameBase(), end);
        }
        return new AddressRange(ramBase.value(), end - 1);
    }

    private long lowerAbove(PhysAddr frame, long end) {
        return frame.compareTo(ramBase) > 0 ? Math.min(frame.value(), end) : end;
    }

    public Optional<PciFunction> device(String name) {
        return first(devices, PciFunction::name, name);
    }

    public Optional<Smmu> smmu(String name) {
        return first(smmus, Smmu::name, name);
    }

    /** The mock IOMMU of this name. */
    public Optional<MockIommu> mock(@Nullable String name) {
        return first(mocks, MockIommu::name, name);
    }

    public Optional<Its> its(String name) {
        return first(itses, Its::name, name);
    }

    /** Rules look things up by name a dozen times; a stream costs ten times the comparison. */
    private static <T> Optional<T> first(
            List<T> all, Function<T, String> nameOf, @Nullable String name) {
        for (T one : all) {
            if (nameOf.apply(one).equals(name)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The functions of an IOMMU group, in document order. */
    public List<PciFunction> group(int group) {
        var members = new ArrayList<PciFunction>(1);
        for (PciFunction device : devices) {
            if (device.group() == group) {
                members.add(device);
            }
        }
        return members;
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
