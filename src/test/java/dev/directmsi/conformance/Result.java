package dev.directmsi.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of an operation over HTTP, in the words of the recording.
///
/// @param errno absent after a success
/// @param out the outputs, named as in the recording
/// @param inexpressible why there was no request; absent where there was one
record Result(
        @Nullable String errno, Map<String, Object> out, @Nullable Inexpressible inexpressible) {

    static Result no(Inexpressible why) {
        return new Result(null, Map.of(), why);
    }

    /// A success.
    ///
    /// @param namesAndValues in turn
    static Result of(Object... namesAndValues) {
        return new Result(null, map(namesAndValues), null);
    }

    static Result refused(@Nullable String errno, Object... namesAndValues) {
        return new Result(errno, map(namesAndValues), null);
    }

    boolean succeeded() {
        return errno == null && inexpressible == null;
    }

    /// Whether it is what a rule of the service gave, and not a request that went wrong.
    boolean isRules() {
        return errno == null || errno.matches("E[A-Z0-9]+");
    }

    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
