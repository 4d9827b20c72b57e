package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;
import java.util.List;

/**
 * An I/O address space: mappings (kept beside it) that every page table built on it shows.
 *
 * @param allowed ranges installed with IOMMU_IOAS_ALLOW_IOVAS, as given; empty means no restriction
 * @param hugePages whether large pages are allowed (IOMMU_OPTION_HUGE_PAGES)
 */
public record Ioas(ObjectId id, long createdRevision, List<AddressRange> allowed, boolean hugePages)
        implements IommufdObject {

    public Ioas {
        allowed = List.copyOf(allowed);
    }

    public Ioas withAllowed(List<AddressRange> ranges) {
        return new Ioas(id, createdRevision, ranges, hugePages);
    }

    public Ioas withHugePages(boolean enabled) {
        return new Ioas(id, createdRevision, allowed, enabled);
    }
}
