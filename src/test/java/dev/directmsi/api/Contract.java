package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The committed OpenAPI document, against which every answer is held: operation, status, content
/// type and body.
///
/// Stricter than the document itself: an answer with a property that is not described fails, too.
public final class Contract {

    /// The document, as seen from the project's directory.
    static final Path DOCUMENT = Path.of("openapi/iommufd.yaml");

    private static final List<String> UNDESCRIBED =
            List.of("/actuator", "/v3/api-docs", "/swagger-ui", "/console");

    private static final String PROBLEM = "application/problem+json";

    private final JsonNode document;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Contract(JsonNode document) {
        this.document = document;
        close(document.at("/components/schemas"));
    }

    static Contract read() {
        return new Contract(new YAMLMapper().readTree(DOCUMENT));
    }

    JsonNode document() {
        return document;
    }

    /// Objects take no other properties than those described.
    private static void close(JsonNode schemas) {
        for (JsonNode schema : schemas) {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        }
    }

    /// Fails unless the answer is one that the document allows for the request.
    void check(String method, String path, Reply reply) {
        if (UNDESCRIBED.stream().anyMatch(path::startsWith)) {
            return;
        }
        String what = method + " " + path + " -> " + reply.status() + " " + reply.text();
        Optional<JsonNode> operation = operation(method, path);
        if (operation.isEmpty()) {
            assertThat(reply.status())
                    .as(what + ": not in the document")
                    .isIn(200, 400, 401, 404, 405, 413, 501);
            assertThat(reply.status() == 200).as(what).isEqualTo(method.equals("OPTIONS"));
            if (reply.status() != 200) {
                checkBody(what, document.at("/components/responses/InternalError/content"), reply);
            }
            return;
        }
        JsonNode response = response(operation.get().path("responses"), reply.status());
        assertThat(response.isMissingNode()).as(what + ": the status is not documented").isFalse();
        checkBody(what, resolved(response).path("content"), reply);
    }

    private void checkBody(String what, JsonNode content, Reply reply) {
        if (reply.bytes().length == 0) {
            assertThat(content.isEmpty() || reply.isHead())
                    .as(what + ": a body is documented")
                    .isTrue();
            return;
        }
        String type = reply.header("Content-Type").orElse("");
        JsonNode media = content.get(type.replace(" ", ""));
        assertThat(media).as(what + ": content type " + type + " is not documented").isNotNull();
        if (type.contains("json")) {
            List<Error> errors = errors(media.get("schema"), reply.json());
            assertThat(errors).as(errors + " in " + what).isEmpty();
        }
        assertThat(reply.status() >= 400).as(what).isEqualTo(type.equals(PROBLEM));
    }

    /// Fails unless the value is what the document calls by this name.
    void checkValue(String name, JsonNode value) {
        var reference =
                ((ObjectNode) document).objectNode().put("$ref", "#/components/schemas/" + name);
        List<Error> errors = errors(reference, value);
        assertThat(errors).as(errors + " in " + value).isEmpty();
    }

    private List<Error> errors(JsonNode schema, JsonNode body) {
        return schemas.computeIfAbsent(schema.toString(), _ -> compile(schema)).validate(body);
    }

    private Schema compile(JsonNode schema) {
        ObjectNode whole = (ObjectNode) schema.deepCopy();
        whole.set("components", document.get("components"));
        return registry.getSchema(whole);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
    }

    private static JsonNode response(JsonNode responses, int status) {
        JsonNode exact = responses.path(Integer.toString(status));
        return exact.isMissingNode() ? responses.path(status / 100 + "XX") : exact;
    }

    private Optional<JsonNode> operation(String method, String path) {
        return document.get("paths").properties().stream()
                .filter(entry -> pattern(entry.getKey()).matcher(path).matches())
                // A path without variables means itself.
                .min(
                        Comparator.comparingLong(
                                entry -> entry.getKey().chars().filter(c -> c == '{').count()))
                .map(entry ->
                        entry.getValue()
                                .get(
                                        method.equals("HEAD")
                                                ? "get"
                                                : method.toLowerCase(java.util.Locale.ROOT)));
    }

    private static Pattern pattern(String template) {
        return Pattern.compile("\\Q" + template.replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q") + "\\E");
    }
}
