package dev.directmsi.iommufd.object;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;

/**
 * An area: one mapped range of an IOAS. Never split, never merged.
 *
 * @param first first IOVA
 * @param last last IOVA
 * @param backing what the first byte leads to
 * @param access what devices may do
 * @param writable whether the memory was first mapped writable; a copy cannot exceed it
 */
public record Mapping(long first, long last, Backing backing, Access access, boolean writable) {

    public AddressRange range() {
        return new AddressRange(first, last);
    }

    public long length() {
        return last - first + 1;
    }
}
