package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Pinned pages whose user address was unmapped: they stay where they are as long as somebody holds
 * them, whatever is mapped at that address later.
 *
 * @param pages {@link Pages#id} of the mappings that lead to them
 * @param userVa where they were, whole pages
 * @param physical where the first one is in the host's RAM; they are contiguous
 * @param file the memory file that they are part of, or null when nobody else has them
 */
public record KeptPages(long pages, AddressRange userVa, PhysAddr physical, @Nullable String file) {

    private static final Comparator<Place> ORDER =
            Comparator.comparingLong(Place::pages)
                    .thenComparing(Place::userVa, Long::compareUnsigned);

    /** What orders and names them. */
    public record Place(long pages, long userVa) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    public Place place() {
        return new Place(pages, userVa.first());
    }

    public AddressRange physicalRange() {
        return AddressRange.of(physical.value(), userVa.length());
    }

    public PhysAddr toPhysical(long address) {
        return physical.plus(address - userVa.first());
    }

    /** A part that is inside it. */
    public KeptPages part(AddressRange part) {
        return new KeptPages(pages, part, toPhysical(part.first()), file);
    }
}
