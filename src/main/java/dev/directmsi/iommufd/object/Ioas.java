package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;
import java.util.List;

/**
 * An I/O address space: mappings (kept beside it) that every page table built on it shows.
 *
 * @param allowed ranges installed with IOMMU_IOAS_ALLOW_IOVAS, as given; empty means no restriction
 * @param reserved ranges that the kernel's test driver reserved, for as long as the IOAS lives
 * @param hugePages whether large pages are allowed (IOMMU_OPTION_HUGE_PAGES)
 */
public record Ioas(
        ObjectId id,
        long createdRevision,
        List<AddressRange> allowed,
        List<AddressRange> reserved,
        boolean hugePages)
        implements IommufdObject {

    public Ioas {
        allowed = List.copyOf(allowed);
        reserved = List.copyOf(reserved);
    }

    /** An empty one. */
    public static Ioas allocated(ObjectId id, long createdRevision) {
        return new Ioas(id, createdRevision, List.of(), List.of(), true);
    }

    public Ioas withAllowed(List<AddressRange> ranges) {
        return new Ioas(id, createdRevision, ranges, reserved, hugePages);
    }

    public Ioas withReserved(List<AddressRange> ranges) {
        return new Ioas(id, createdRevision, allowed, ranges, hugePages);
    }

    public Ioas withHugePages(boolean enabled) {
        return new Ioas(id, createdRevision, allowed, reserved, enabled);
    }
}
