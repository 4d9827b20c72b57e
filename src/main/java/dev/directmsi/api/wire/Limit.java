package dev.directmsi.api.wire;

/// How many items one answer holds at most.
///
/// @param value 1 to [#MAXIMUM]
public record Limit(int value) {

    public static final int DEFAULT = 100;
    public static final int MAXIMUM = 1_000;

    /// Reads decimal digits.
    ///
    /// @throws IllegalArgumentException that says what is wrong, for the client
    public static Limit parse(String text) {
        long number = U32.parse(text).unsigned();
        if (number < 1 || number > MAXIMUM) {
            throw new IllegalArgumentException(
                    "a list has 1 to " + MAXIMUM + " items, not " + number);
        }
        return new Limit((int) number);
    }
}
