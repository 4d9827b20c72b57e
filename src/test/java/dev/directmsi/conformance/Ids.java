package dev.directmsi.conformance;

import java.util.HashMap;
import java.util.Map;

/// Object ids of one context: those recorded, and ours where they differ.
final class Ids {

    private final Map<Long, Long> ours = new HashMap<>();

    /// What an object of the recording is called here.
    long of(long recorded) {
        return ours.getOrDefault(recorded, recorded);
    }

    /// What one of our objects is called in the recording.
    long recorded(long our) {
        return ours.entrySet().stream()
                .filter(pair -> pair.getValue() == our)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(our);
    }

    void bind(long recorded, long our) {
        ours.remove(recorded);
        ours.values().removeIf(other -> other == our);
        if (recorded != our) {
            ours.put(recorded, our);
        }
    }
}
