package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a context by address: regions by where its process sees them, RAM by where the host
 * has it. Derived as a whole after every change to regions, files or kept pages, never edited, and
 * shaped for being asked twice in every step of a walk.
 */
public final class MemoryMap {

    private final Stretches<MemoryRegion> regions;
    private final Stretches<AddressRange> ram;

    private MemoryMap(Stretches<MemoryRegion> regions, Stretches<AddressRange> ram) {
        this.regions = regions;
        this.ram = ram;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryMap map
                && map.regions.all().equals(regions.all())
                && map.ram.all().equals(ram.all());
    }

    @Override
    public int hashCode() {
        return Objects.hash(regions.all(), ram.all());
    }

    static MemoryMap of(ContextView context) {
        return new MemoryMap(
                Stretches.of(context.regions().values(), region -> region.range().first()),
                Stretches.of(ramOf(context), AddressRange::first));
    }

    private static List<AddressRange> ramOf(ContextView context) {
        var ram = new ArrayList<AddressRange>();
        for (MemoryFile file : context.files().values()) {
            ram.add(AddressRange.of(file.physical().value(), file.size()));
        }
        for (MemoryRegion region : context.regions().values()) {
            if (region.file() == null) {
                ram.add(AddressRange.of(region.physical().value(), region.range().length()));
            }
        }
        if (!context.keptPages().isEmpty()) {
            ram.addAll(KeptMemory.ram(context.keptPages().values()).ranges());
        }
        return ram;
    }

    /** The range of RAM that a physical {@code address} lies in, or null. */
    @Nullable AddressRange ramAt(long address) {
        AddressRange range = ram.floor(address);
        return range != null && range.contains(address) ? range : null;
    }

    /** The memory of the process at {@code userVa}, or null. */
    @Nullable MemoryRegion regionAt(long userVa) {
        MemoryRegion region = regions.floor(userVa);
        return region != null && region.range().contains(userVa) ? region : null;
    }
}
