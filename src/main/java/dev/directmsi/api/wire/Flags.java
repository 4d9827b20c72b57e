package dev.directmsi.api.wire;

import java.util.List;
import java.util.Map;

/// A set of uAPI flags: names, `["NEST_PARENT"]`, or bits, `["0x20"]`; a request may also have one
/// number for all of them.
///
/// @param values in no particular order
public record Flags(List<NameOrNumber> values) {

    public Flags {
        values = List.copyOf(values);
    }

    /// All bits together.
    ///
    /// @param property whose value it is, for the refusal
    /// @param names each name's bits
    public int bits(String property, Map<String, Integer> names) {
        int bits = 0;
        for (NameOrNumber value : values) {
            bits |= value.number(property, names);
        }
        return bits;
    }

    /// Whether a flag is among them by its name.
    public boolean has(String name) {
        return values.stream().anyMatch(value -> value.text().equals(name));
    }
}
