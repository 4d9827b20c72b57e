package dev.directmsi.hardware.smmu;

import dev.directmsi.address.Address;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the decoded fields of a word in the order in which they are to be shown. */
final class Fields {

    private final Map<String, String> values = new LinkedHashMap<>();

    Fields text(String name, String value) {
        values.put(name, value);
        return this;
    }

    Fields number(String name, long value) {
        return text(name, Long.toString(value));
    }

    Fields hex(String name, long value) {
        return text(name, Address.hex(value));
    }

    Fields flag(String name, boolean value) {
        return text(name, value ? "1" : "0");
    }

    Map<String, String> inOrder() {
        return Collections.unmodifiableMap(values);
    }
}
