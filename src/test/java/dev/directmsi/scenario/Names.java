package dev.directmsi.scenario;

import java.util.HashMap;
import java.util.Map;

/// What a scenario has given names to: object ids, and the words of guest stream table entries.
final class Names {

    private final Map<String, String> known = new HashMap<>();

    void put(String name, String value) {
        known.put(name, value);
    }

    String get(String name) {
        return known.getOrDefault(name, name);
    }

    int id(String name) {
        return Integer.parseUnsignedInt(get(name));
    }
}
