package dev.directmsi.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What a client that was made from an older document can no longer rely on.
///
/// What is sent may become less restricted, what is answered more; everything else that a client
/// knows must stay. Unknown properties and parameters are refused here, so one that goes from a
/// request breaks whoever sends it. A value that an enumeration gains is no break: clients have a
/// case for it (`pom.xml`: enumUnknownDefaultCase).
///
/// Own code, because openapi-diff 2.1.7 does not see that a property of OpenAPI 3.1 has changed its
/// type (its issues 745 and 910), and nothing else of the kind is in Maven Central.
final class Evolution {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    /// Who writes a value.
    private enum Writer {
        CLIENT,
        SERVICE
    }

    private final JsonNode before;
    private final JsonNode now;
    private final List<String> breaks = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();

    private Evolution(JsonNode before, JsonNode now) {
        this.before = before;
        this.now = now;
    }

    /// Each break as a sentence; none if every client of the old document can go on.
    static List<String> breaks(JsonNode before, JsonNode now) {
        var evolution = new Evolution(before, now);
        before.get("paths")
                .propertyStream()
                .forEach(path ->
                        path.getValue()
                                .propertyStream()
                                .filter(entry -> METHODS.contains(entry.getKey()))
                                .forEach(entry ->
                                        evolution.operation(
                                                entry.getValue(),
                                                now.get("paths")
                                                        .path(path.getKey())
                                                        .path(entry.getKey()))));
        return evolution.breaks;
    }

    private void operation(JsonNode old, JsonNode present) {
        String name = old.path("operationId").asString();
        if (present.isMissingNode()) {
            breaks.add(name + " is gone");
            return;
        }
        if (!present.path("operationId").asString().equals(name)) {
            breaks.add(name + " is named " + present.path("operationId").asString());
        }
        parameters(name, parameters(old), parameters(present));
        body(name, old.path("requestBody"), present.path("requestBody"));
        old.get("responses")
                .propertyStream()
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response ->
                        response(
                                name + " -> " + response.getKey(),
                                response.getValue(),
                                present.get("responses").path(response.getKey())));
    }

    private static Map<String, JsonNode> parameters(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .collect(
                        Collectors.toMap(
                                parameter ->
                                        parameter.get("in").asString()
                                                + " "
                                                + parameter.get("name").asString(),
                                parameter -> parameter,
                                (first, _) -> first,
                                LinkedHashMap::new));
    }

    private void parameters(String where, Map<String, JsonNode> old, Map<String, JsonNode> now) {
        old.forEach((name, parameter) -> {
            JsonNode present = now.get(name);
            if (present == null) {
                breaks.add(where + ": parameter " + name + " is gone");
            } else {
                schema(
                        where + " " + name,
                        parameter.get("schema"),
                        present.get("schema"),
                        Writer.CLIENT);
            }
        });
        now.forEach((name, parameter) -> {
            if (isRequired(parameter) && !(old.containsKey(name) && isRequired(old.get(name)))) {
                breaks.add(where + ": parameter " + name + " is required now");
            }
        });
    }

    private static boolean isRequired(JsonNode part) {
        return part.path("required").asBoolean(false);
    }

    private void body(String where, JsonNode old, JsonNode present) {
        if (isRequired(present) && !isRequired(old)) {
            breaks.add(where + ": a body is required now");
        }
        content(where, old.path("content"), present.path("content"), Writer.CLIENT);
    }

    private void response(String where, JsonNode old, JsonNode present) {
        if (present.isMissingNode()) {
            breaks.add(where + " is no longer answered");
        } else {
            content(where, old.path("content"), present.path("content"), Writer.SERVICE);
        }
    }

    private void content(String where, JsonNode old, JsonNode present, Writer writer) {
        old.propertyStream()
                .forEach(media -> {
                    if (present.has(media.getKey())) {
                        schema(
                                where,
                                media.getValue().path("schema"),
                                present.get(media.getKey()).path("schema"),
                                writer);
                    } else {
                        breaks.add(where + ": " + media.getKey() + " is gone");
                    }
                });
    }

    private void schema(String where, JsonNode oldPlace, JsonNode nowPlace, Writer writer) {
        if (!compared.add(oldPlace + " " + nowPlace + " " + writer) && oldPlace.has("$ref")) {
            return; // said already, wherever else it is used; and a schema may contain itself
        }
        String at = oldPlace.has("$ref") ? name(oldPlace) : where;
        JsonNode old = resolved(before, oldPlace);
        JsonNode present = resolved(now, nowPlace);
        for (String keyword : List.of("type", "format", "pattern")) {
            if (!old.path(keyword).equals(present.path(keyword))) {
                breaks.add(
                        "%s: %s was %s, is %s"
                                .formatted(at, keyword, old.path(keyword), present.path(keyword)));
            }
        }
        bounds(at, old, present, writer);
        if (writer == Writer.CLIENT) {
            old.path("enum")
                    .valueStream()
                    .filter(value -> present.path("enum").valueStream().noneMatch(value::equals))
                    .forEach(value -> breaks.add(at + " no longer takes " + value.asString()));
        }
        if (old.has("items")) {
            schema(at + "[]", old.get("items"), present.path("items"), writer);
        }
        properties(at, old, present, writer);
    }

    /// A client need not send what it has not sent, nor expect what it did not.
    private void bounds(String at, JsonNode old, JsonNode present, Writer writer) {
        JsonNode wide = writer == Writer.CLIENT ? present : old;
        JsonNode narrow = writer == Writer.CLIENT ? old : present;
        boolean holds =
                isWithin(wide, narrow, "minimum", order -> order <= 0)
                        && isWithin(wide, narrow, "maximum", order -> order >= 0);
        if (!holds) {
            breaks.add(at + ": the bounds of what the " + writer + " writes have changed");
        }
    }

    /// Whether a bound of the wider schema, if it has one, is that of the narrower or further out.
    private static boolean isWithin(
            JsonNode wide, JsonNode narrow, String bound, IntPredicate isFurther) {
        return !wide.has(bound)
                || (narrow.has(bound)
                        && isFurther.test(
                                wide.get(bound)
                                        .decimalValue()
                                        .compareTo(narrow.get(bound).decimalValue())));
    }

    private void properties(String at, JsonNode old, JsonNode present, Writer writer) {
        old.path("properties")
                .propertyStream()
                .forEach(property -> {
                    String name = property.getKey();
                    if (present.path("properties").has(name)) {
                        schema(
                                at + "." + name,
                                property.getValue(),
                                present.get("properties").get(name),
                                writer);
                    } else {
                        breaks.add(at + "." + name + " is gone");
                    }
                });
        Set<String> requiredBefore = required(old);
        Set<String> requiredNow = required(present);
        if (writer == Writer.CLIENT) {
            requiredNow.stream()
                    .filter(name -> !requiredBefore.contains(name))
                    .forEach(name -> breaks.add(at + "." + name + " is required now"));
        } else {
            requiredBefore.stream()
                    .filter(name -> present.path("properties").has(name))
                    .filter(name -> !requiredNow.contains(name))
                    .forEach(name -> breaks.add(at + "." + name + " may be absent now"));
        }
    }

    private static Set<String> required(JsonNode schema) {
        return schema.path("required")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }

    private static String name(JsonNode place) {
        String reference = place.get("$ref").asString();
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static JsonNode resolved(JsonNode document, JsonNode place) {
        return place.has("$ref") ? document.at(place.get("$ref").asString().substring(1)) : place;
    }
}
