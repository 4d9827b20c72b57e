package dev.directmsi.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One line of a scenario: `verb words… key=value… [-> name] [= result | ! ERRNO reason]`.
///
/// @param words positional parameters
/// @param options `key=value` parameters
/// @param name what the resulting id is called from here on
/// @param result the expected result, or null for any
/// @param refusal the expected errno and reason, or null for success
record Step(
        int line,
        String text,
        String verb,
        List<String> words,
        Map<String, String> options,
        @Nullable String name,
        @Nullable String result,
        @Nullable String refusal) {

    static Optional<Step> parse(int line, String text) {
        String rest = text.strip();
        if (rest.isEmpty() || rest.startsWith("#")) {
            return Optional.empty();
        }
        String refusal = after(rest, " ! ");
        rest = before(rest, " ! ");
        String result = after(rest, " = ");
        rest = before(rest, " = ");
        String name = after(rest, " -> ");
        rest = before(rest, " -> ");
        var words = new ArrayList<String>();
        var options = new TreeMap<String, String>();
        for (String word : rest.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                words.add(word);
            }
        }
        return Optional.of(
                new Step(line, text, words.removeFirst(), words, options, name, result, refusal));
    }

    private static @Nullable String after(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? null : text.substring(at + mark.length()).strip();
    }

    private static String before(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }

    String word(int index) {
        return words.get(index);
    }

    long number(int index) {
        return number(words.get(index));
    }

    static long number(String text) {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        return digits.startsWith("0x")
                ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
    }

    @Nullable String option(String key) {
        return options.get(key);
    }
}
