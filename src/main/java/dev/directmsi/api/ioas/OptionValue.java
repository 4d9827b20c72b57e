package dev.directmsi.api.ioas;

import dev.directmsi.api.wire.U64;

/// The value of an option.
///
/// @param value `0x0` or `0x1`
public record OptionValue(U64 value) {

    /// Shows a switch.
    public static OptionValue of(boolean on) {
        return new OptionValue(new U64(on ? 1 : 0));
    }
}
