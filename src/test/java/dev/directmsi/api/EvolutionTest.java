package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Clients of every release go on with the service of today.
///
/// A release leaves its document below `openapi/released`; it is never changed.
class EvolutionTest {

    private static final Path RELEASED = Path.of("openapi/released");
    private static final String IOAS = "/paths/~1v1~1contexts~1{ctx}~1ioas";

    private static final JsonNode NOW = new YAMLMapper().readTree(Contract.DOCUMENT);

    static List<Path> released() throws IOException {
        try (Stream<Path> files = Files.list(RELEASED)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("released")
    void nothingThatWasReleasedIsBroken(Path document) {
        assertThat(Evolution.breaks(new YAMLMapper().readTree(document), NOW))
                .as("clients made from %s break", document)
                .isEmpty();
    }

    private static List<String> breaksOf(Consumer<JsonNode> change) {
        JsonNode changed = NOW.deepCopy();
        change.accept(changed);
        assertThat(changed).isNotEqualTo(NOW);
        return Evolution.breaks(NOW, changed);
    }

    private static ObjectNode at(JsonNode document, String pointer) {
        return (ObjectNode) document.at(pointer);
    }

    private static ObjectNode schema(JsonNode document, String name) {
        return at(document, "/components/schemas/" + name);
    }

    private static ArrayNode list(JsonNode document, String pointer) {
        return (ArrayNode) document.at(pointer);
    }

    @Test
    void operationThatGoes() {
        assertThat(breaksOf(document -> at(document, IOAS).remove("post")))
                .containsExactly("allocIoas is gone");
    }

    @Test
    void operationWithAnotherName() {
        assertThat(breaksOf(document -> at(document, IOAS + "/post").put("operationId", "newIoas")))
                .containsExactly("allocIoas is named newIoas");
    }

    @Test
    void propertyThatARequestMustHave() {
        assertThat(
                        breaksOf(document -> {
                            at(document, "/components/schemas/BindRequest/properties")
                                    .putObject("token");
                            list(document, "/components/schemas/BindRequest/required").add("token");
                        }))
                .containsExactly("BindRequest.token is required now");
    }

    @Test
    void propertyThatARequestMayNoLongerHave() {
        assertThat(
                        breaksOf(document ->
                                at(document, "/components/schemas/MapRequest/properties")
                                        .remove("file")))
                .contains("MapRequest.file is gone");
    }

    @Test
    void propertyThatAnAnswerNoLongerHas() {
        assertThat(
                        breaksOf(document ->
                                at(document, "/components/schemas/MappingResponse/properties")
                                        .remove("last")))
                .contains("MappingResponse.last is gone");
    }

    @Test
    void propertyThatAnAnswerNeedNotHave() {
        assertThat(
                        breaksOf(document ->
                                list(document, "/components/schemas/MappingResponse/required")
                                        .remove(0)))
                .contains("MappingResponse.access may be absent now");
    }

    @Test
    void valueThatARequestMayNoLongerHave() {
        assertThat(
                        breaksOf(document ->
                                list(document, "/components/schemas/DefaultSubstream/enum")
                                        .remove(1)))
                .containsExactly("DefaultSubstream no longer takes BYPASS");
    }

    @Test
    void anotherType() {
        assertThat(breaksOf(document -> schema(document, "U32").put("type", "string")))
                .contains("U32: type was \"integer\", is \"string\"");
    }

    @Test
    void anotherPattern() {
        assertThat(breaksOf(document -> schema(document, "U64").put("pattern", "^0x.*$")))
                .anySatisfy(text -> assertThat(text).startsWith("U64: pattern was"));
    }

    @Test
    void lessThanARequestCouldHave() {
        assertThat(breaksOf(document -> schema(document, "Limit").put("maximum", 10)))
                .containsExactly("Limit: the bounds of what the CLIENT writes have changed");
    }

    @Test
    void parametersThatGoOrMustBeGiven() {
        assertThat(
                        breaksOf(document -> {
                            ObjectNode limit =
                                    (ObjectNode) list(document, IOAS + "/get/parameters").get(1);
                            limit.put("name", "count").put("required", true);
                        }))
                .containsExactly(
                        "listIoas: parameter query limit is gone",
                        "listIoas: parameter query count is required now");
    }

    @Test
    void statusAndFormatThatAreNoLongerAnswered() {
        assertThat(breaksOf(document -> at(document, IOAS + "/post/responses").remove("201")))
                .containsExactly("allocIoas -> 201 is no longer answered");
        assertThat(
                        breaksOf(document ->
                                at(document, IOAS + "/get/responses/200/content")
                                        .remove("application/json")))
                .containsExactly("listIoas -> 200: application/json is gone");
    }

    @Test
    void additionsBreakNobody() {
        assertThat(
                        breaksOf(document -> {
                            at(document, "/paths").set("/v1/new", document.at(IOAS).deepCopy());
                            at(document, "/components/schemas/MapRequest/properties")
                                    .putObject("more")
                                    .put("type", "string");
                            at(document, "/components/schemas/MappingResponse/properties")
                                    .putObject("more")
                                    .put("type", "string");
                            list(document, "/components/schemas/MappingResponse/required")
                                    .add("more");
                            list(document, "/components/schemas/HopStep/enum").add("NEW");
                            list(document, IOAS + "/get/parameters")
                                    .addObject()
                                    .put("name", "more")
                                    .put("in", "query")
                                    .putObject("schema")
                                    .put("type", "string");
                            list(document, "/components/schemas/BindRequest/required").removeAll();
                            at(document, IOAS + "/post/responses")
                                    .putObject("202")
                                    .put("description", "later");
                        }))
                .isEmpty();
    }
}
