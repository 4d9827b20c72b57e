package dev.directmsi.api.host;

import java.util.regex.Pattern;

/// The name of a host, as a path has it: letters, digits, dot, underscore, dash; at most 100.
///
/// @param text the name
record HostName(String text) {

    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    HostName {
        if (!LEGAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a host's name has 1 to 100 letters, digits, '.', '_' or '-', not '"
                            + text
                            + "'");
        }
    }

    /// Found by Spring, which converts what a path has.
    static HostName of(String text) {
        return new HostName(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
