package dev.directmsi.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes the simplest value that a schema of the document allows.
final class Samples {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Samples() {}

    /// With what is required, and nothing else.
    static JsonNode of(JsonNode document, JsonNode schema) {
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").asString();
            return of(document, document.at(reference.substring(1)));
        }
        if (schema.has("enum")) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asString()) {
            case "string" -> JSON.stringNode(text(schema));
            case "integer" -> JSON.numberNode(1);
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> JSON.arrayNode().add(of(document, schema.path("items")));
            default -> object(document, schema);
        };
    }

    private static String text(JsonNode schema) {
        String pattern = schema.path("pattern").asString("");
        if (pattern.startsWith("^0x")) {
            return "0x1000";
        }
        return pattern.contains("4K") ? "4K" : pattern.isEmpty() ? "x" : "0x1";
    }

    private static JsonNode object(JsonNode document, JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        schema.path("required")
                .forEach(name ->
                        object.set(
                                name.asString(),
                                of(document, schema.path("properties").path(name.asString()))));
        if (schema.path("properties").has("userVa")) {
            object.put("userVa", "0x1000"); // one of two is needed, which no schema says
        }
        return object;
    }
}
