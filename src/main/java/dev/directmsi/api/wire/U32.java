package dev.directmsi.api.wire;

import java.util.regex.Pattern;

/// An unsigned 32-bit count, index or datum: a JSON integer.
///
/// @param value all 32 bits; compare it unsigned
public record U32(int value) {

    /// 2^32 − 1.
    public static final long LIMIT = 0xffff_ffffL;

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}");

    /// Takes a number that fits.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static U32 of(long number) {
        if (number < 0 || number > LIMIT) {
            throw new IllegalArgumentException(number + " is not between 0 and " + LIMIT);
        }
        return new U32((int) number);
    }

    /// Reads decimal digits, as a path or query has them.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static U32 parse(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an integer between 0 and " + LIMIT);
        }
        return of(Long.parseLong(text));
    }

    public long unsigned() {
        return Integer.toUnsignedLong(value);
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(value);
    }
}
