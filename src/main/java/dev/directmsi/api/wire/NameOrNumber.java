package dev.directmsi.api.wire;

import dev.directmsi.iommufd.Reason;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A value of a uAPI enumeration: its name, `ARM_SMMUV3`, or the number itself, `"0x1"`.
///
/// A number that no name has is passed on, since the rule answers it as the kernel does. A name
/// that nobody knows has no number, so it is refused here.
///
/// @param text UPPER_SNAKE, or what [U64] reads
public record NameOrNumber(String text) {

    /// What an answer contains.
    public static final String CANONICAL = "^([A-Z][A-Z0-9_]*|0x(0|[1-9a-f][0-9a-f]{0,15}))$";

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

    /// The name of `number`, or the number where it has none.
    public static NameOrNumber of(Map<String, Integer> names, int number) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(entry -> new NameOrNumber(entry.getKey()))
                .findFirst()
                .orElseGet(
                        () -> new NameOrNumber(new U64(Integer.toUnsignedLong(number)).toString()));
    }

    public boolean isName() {
        return NAME.matcher(text).matches();
    }

    /// The 32-bit number that this stands for.
    ///
    /// @param property whose value it is, for the refusal
    public int number(String property, Map<String, Integer> names) {
        if (!isName()) {
            return raw(property);
        }
        Integer number = names.get(text);
        if (number == null) {
            throw malformed(
                    property + ": '" + text + "' is none of " + new TreeSet<>(names.keySet()));
        }
        return number;
    }

    private int raw(String property) {
        long number;
        try {
            number = U64.parse(text).value();
        } catch (IllegalArgumentException e) {
            throw malformed(property + ": " + e.getMessage());
        }
        if (Long.compareUnsigned(number, U32.LIMIT) > 0) {
            throw malformed(property + ": " + text + " does not fit into 32 bits");
        }
        return (int) number;
    }

    private static RuntimeException malformed(String problem) {
        return Reason.MALFORMED_REQUEST.refusal("problem", problem);
    }

    @Override
    public String toString() {
        return text;
    }
}
