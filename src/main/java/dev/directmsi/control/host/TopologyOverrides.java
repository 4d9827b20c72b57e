package dev.directmsi.control.host;

import java.util.HashMap;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A fragment of a topology document laid over a whole one: entries of `smmus`, `itses` and
/// `devices` are merged by name or added, anything else is replaced, and a null removes.
record TopologyOverrides(ObjectNode fragment) {

    private static final Set<String> LISTS = Set.of("smmus", "itses", "devices");

    static TopologyOverrides parse(String text) {
        return new TopologyOverrides(DocumentText.read(text));
    }

    ObjectNode over(ObjectNode document) {
        for (String name : fragment.propertyNames()) {
            JsonNode value = fragment.required(name);
            if (LISTS.contains(name) && document.get(name) instanceof ArrayNode entries) {
                merge(name, value, entries);
            } else {
                replace(document, name, value);
            }
        }
        return document;
    }

    private static void merge(String list, JsonNode added, ArrayNode entries) {
        if (!added.isArray()) {
            throw new InvalidTopology("overrides." + list, "a list is expected");
        }
        var byName = new HashMap<String, ObjectNode>();
        for (JsonNode entry : entries.values()) {
            byName.put(name(entry), (ObjectNode) entry);
        }
        for (int i = 0; i < added.size(); i++) {
            if (!(added.get(i) instanceof ObjectNode entry) || name(entry).isEmpty()) {
                throw new InvalidTopology(
                        "overrides.%s[%d].name".formatted(list, i),
                        "is missing: entries are merged by name");
            }
            ObjectNode target = byName.get(name(entry));
            if (target == null) {
                entries.add(entry);
                byName.put(name(entry), entry);
            } else {
                entry.properties()
                        .forEach(field -> replace(target, field.getKey(), field.getValue()));
            }
        }
    }

    private static void replace(ObjectNode target, String name, JsonNode value) {
        if (value.isNull()) {
            target.remove(name);
        } else {
            target.set(name, value);
        }
    }

    private static String name(JsonNode entry) {
        return entry.path("name").asString("");
    }

    /// Whether a line like `smmu0.oas: 48` no longer holds because the fragment says otherwise.
    boolean contradicts(String assumption) {
        int colon = assumption.indexOf(':');
        int dot = assumption.indexOf('.');
        if (colon < 0) {
            return false;
        }
        if (dot < 0 || dot > colon) {
            return fragment.has(assumption.substring(0, colon));
        }
        String unit = assumption.substring(0, dot);
        String property = assumption.substring(dot + 1, colon);
        return List.of("smmus", "itses").stream()
                .flatMap(list -> fragment.path(list).values().stream())
                .anyMatch(entry -> name(entry).equals(unit) && entry.has(property));
    }
}
