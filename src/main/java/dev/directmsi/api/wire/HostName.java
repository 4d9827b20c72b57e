package dev.directmsi.api.wire;

import java.util.regex.Pattern;

/// The name of a host, as a path has it: letters, digits, dot, underscore, dash; at most 100.
///
/// @param text the name
public record HostName(String text) {

    public static final String PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

    private static final Pattern LEGAL = Pattern.compile(PATTERN);

    public HostName {
        if (!LEGAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a host's name has 1 to 100 letters, digits, '.', '_' or '-', not '"
                            + text
                            + "'");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
