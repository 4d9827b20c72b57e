package dev.directmsi.api;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a reader of the document, and a generator of clients, may rely on.
class OpenApiStyleTest {

    private static final Set<String> HTTP_METHODS = Set.of("get", "put", "post", "delete");

    private final JsonNode document = Contract.read().document();

    private Stream<JsonNode> operations() {
        return document.get("paths")
                .valueStream()
                .flatMap(path ->
                        path.propertyStream()
                                .filter(entry -> HTTP_METHODS.contains(entry.getKey()))
                                .map(Map.Entry::getValue));
    }

    @Test
    void everyOperationHasANameOfItsOwnAndSaysWhatItDoes() {
        var names = new ArrayList<String>();
        assertThat(operations())
                .hasSizeGreaterThan(50)
                .allSatisfy(operation -> {
                    names.add(operation.path("operationId").asString());
                    assertThat(operation.path("operationId").asString())
                            .matches("[a-z]+[A-Za-z0-9]*");
                    assertThat(operation.path("summary").asString())
                            .as(operation.toString())
                            .isNotEmpty();
                    assertThat(operation.path("tags")).hasSize(1);
                });
        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void everyOperationSaysHowItIsRefused() {
        assertThat(operations())
                .allSatisfy(operation -> {
                    Map<String, JsonNode> refusals =
                            operation
                                    .get("responses")
                                    .propertyStream()
                                    .filter(response -> response.getKey().matches("[45]\\d\\d"))
                                    .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
                    assertThat(refusals).containsKeys("400", "401", "406", "500", "503");
                    assertThat(refusals.values())
                            .allSatisfy(refusal ->
                                    assertThat(resolved(refusal).path("content").propertyNames())
                                            .containsExactly("application/problem+json"));
                });
    }

    @Test
    void everyOperationHasAnExampleOfItsRequestAndItsAnswer() {
        assertThat(operations())
                .allSatisfy(operation -> {
                    String name = operation.path("operationId").asString();
                    assertThat(examples(operation.at("/requestBody/content")))
                            .as(name)
                            .hasSize(operation.has("requestBody") ? 1 : 0);
                    assertThat(operation.path("parameters"))
                            .as(name)
                            .filteredOn(parameter -> parameter.path("required").asBoolean(false))
                            .allSatisfy(parameter ->
                                    assertThat(parameter.has("examples")).as(name).isTrue());
                    assertThat(successes(operation))
                            .as(name)
                            .anySatisfy(response ->
                                    assertThat(
                                                    !response.has("content")
                                                            || !examples(response.get("content"))
                                                                    .isEmpty())
                                            .isTrue());
                });
    }

    private static List<JsonNode> successes(JsonNode operation) {
        return operation
                .get("responses")
                .propertyStream()
                .filter(response -> response.getKey().matches("20\\d"))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static List<JsonNode> examples(JsonNode content) {
        return content.valueStream().filter(media -> media.has("examples")).limit(1).toList();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
    }

    @Test
    void everyMutationHasItsGuards() {
        assertThat(operations().filter(operation -> parameters(operation).contains("validateOnly")))
                .hasSizeGreaterThan(30)
                .allSatisfy(operation ->
                        assertThat(parameters(operation)).contains("If-Match", "Idempotency-Key"));
    }

    private static List<String> parameters(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .map(parameter -> parameter.path("name").asString())
                .toList();
    }

    @Test
    void proposalsAreMarkedInBothPlaces() {
        assertThat(operations().filter(operation -> operation.path("x-proposal").asBoolean(false)))
                .hasSizeGreaterThan(8)
                .allSatisfy(operation ->
                        assertThat(operation.path("summary").asString()).startsWith("Proposal"));
        assertThat(
                        operations()
                                .filter(operation ->
                                        operation
                                                .path("summary")
                                                .asString()
                                                .startsWith("Proposal")))
                .allSatisfy(operation ->
                        assertThat(operation.path("x-proposal").asBoolean(false)).isTrue());
    }

    @Test
    void everyObjectAndEnumerationIsANamedSchema() {
        List<JsonNode> places = new ArrayList<>(document.get("paths").findValues("schema"));
        for (JsonNode schema : document.at("/components/schemas")) {
            places.addAll(schema.path("properties").values());
            schema.path("properties").forEach(property -> places.add(property.path("items")));
        }

        assertThat(places).hasSizeGreaterThan(300);
        assertThat(places.stream().filter(place -> place.has("properties") || place.has("enum")))
                .isEmpty();
    }

    @Test
    void everySchemaIsUsed() {
        List<String> used =
                document.findValuesAsString("$ref").stream()
                        .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
                        .toList();

        assertThat(used).containsAll(document.at("/components/schemas").propertyNames());
    }

    @Test
    void everySchemaIsDescribed() {
        assertThat(
                        document.at("/components/schemas")
                                .propertyStream()
                                .filter(schema -> !schema.getKey().startsWith("ListOf"))
                                .filter(schema -> !schema.getValue().has("enum"))
                                .filter(schema -> !schema.getValue().has("description"))
                                .map(Map.Entry::getKey))
                .isEmpty();
    }

    @Test
    void sixtyFourBitsAreNeverANumber() {
        JsonNode schemas = document.at("/components/schemas");

        assertThat(schemas.at("/U64/pattern").asString())
                .isEqualTo("^0x(0|[1-9a-f][0-9a-f]{0,15})$");
        assertThat(schemas.propertyNames())
                .allSatisfy(name ->
                        assertThat(
                                        schemas.get(name)
                                                .path("properties")
                                                .propertyStream()
                                                .filter(property ->
                                                        property.getValue()
                                                                .path("format")
                                                                .asString("")
                                                                .equals("int64"))
                                                .map(Map.Entry::getKey))
                                .as(name)
                                .isSubsetOf(
                                        "createdRevision",
                                        "revision",
                                        "hostPageSize",
                                        "sequence",
                                        "nextStage2Fault",
                                        "firstLost",
                                        "lastLost",
                                        "firstAvailable"));
    }

    @Test
    void nothingOfThisMachineIsInTheDocument() {
        assertThat(document.toString())
                .doesNotContain("127.0.0.1", "localhost", "/home/", "/work/", "dev.directmsi");
    }
}
