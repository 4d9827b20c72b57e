package dev.directmsi.api.wire;

import dev.directmsi.address.AddressRange;

/// A range of addresses, inclusive on both ends: an exclusive end could not name the last byte.
///
/// @param first lowest address
/// @param last highest address; a request may have it below `first`, which is for the rule to
///   refuse
public record Range(U64 first, U64 last) {

    public static Range of(AddressRange range) {
        return new Range(new U64(range.first()), new U64(range.last()));
    }
}
