package dev.directmsi.iommufd.object;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;

/**
 * An area: one mapped range of an IOAS. Never merged, and split only by the type-1 compatibility.
 *
 * @param first first IOVA
 * @param last last IOVA
 * @param backing what the first byte leads to
 * @param access what devices may do
 * @param pages what it shares with its copies
 */
public record Mapping(long first, long last, Backing backing, Access access, Pages pages) {

    public AddressRange range() {
        return new AddressRange(first, last);
    }

    /** A part of it that is inside it, with the same access and pages. */
    public Mapping part(AddressRange part) {
        return new Mapping(
                part.first(), part.last(), backing.plus(part.first() - first), access, pages);
    }

    public long length() {
        return last - first + 1;
    }
}
