package dev.directmsi.conformance;

import dev.directmsi.api.Http;
import java.util.HashSet;
import java.util.Set;

/// Private copies of the presets, for one worker.
final class Hosts {

    private final Http http;
    private final String prefix;
    private final Set<String> made = new HashSet<>();

    Hosts(Http http, String prefix) {
        this.http = http;
        this.prefix = prefix;
    }

    /// Name of the copy of a preset.
    String like(String preset) {
        String name = prefix + "-" + preset;
        if (made.add(preset)) {
            http.put("/v1/hosts/" + name, "{'preset':'" + preset + "'}").expect(201);
        }
        return name;
    }
}
