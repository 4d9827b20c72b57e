package dev.directmsi.iommufd.object;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the virtual machine monitor's memory, as mmap makes it.
 *
 * @param range user addresses, whole pages
 * @param access what the process may do; pinning for writing needs WRITE
 * @param physical where it lies in the host's RAM, contiguous
 * @param file the memory file it shows, or null for anonymous memory
 */
public record MemoryRegion(
        AddressRange range, Access access, PhysAddr physical, @Nullable String file) {

    public AddressRange physicalRange() {
        return AddressRange.of(physical.value(), range.length());
    }

    public PhysAddr toPhysical(long userVa) {
        return physical.plus(userVa - range.first());
    }
}
