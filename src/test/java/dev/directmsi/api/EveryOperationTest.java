package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What holds for each operation of the document, without knowing any: no request that is wrong in
/// a general way is answered by anything but its problem.
class EveryOperationTest {

    private static final Http http = RunningService.http();
    private static final JsonNode document = Contract.read().document();
    private static final String JSON = "application/json";

    /// An operation, with a path that names nothing that exists.
    record Named(String method, String template, JsonNode operation) {

        String path() {
            return template.replace("{host}", "nowhere")
                    .replace("{slug}", "nothing")
                    .replace("{name}", "nothing")
                    .replace("{copy}", "smmu0.none")
                    .replaceAll("\\{(userVa|iova)}", "0x1000")
                    .replaceAll("\\{[a-zA-Z]+}", "999999");
        }

        /// With all that must be in the query.
        String fullPath() {
            String query =
                    operation
                            .path("parameters")
                            .valueStream()
                            .filter(parameter -> parameter.path("in").asString().equals("query"))
                            .filter(parameter -> parameter.path("required").asBoolean(false))
                            .map(parameter -> parameter.path("name").asString() + "=0x1000")
                            .reduce((a, b) -> a + "&" + b)
                            .orElse("");
            return query.isEmpty() ? path() : path() + "?" + query;
        }

        Set<String> bodyTypes() {
            return Set.copyOf(operation.at("/requestBody/content").propertyNames());
        }

        boolean takesJson() {
            return bodyTypes().contains(JSON);
        }

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    static Stream<Named> operations() {
        return document.get("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .map(entry ->
                                        new Named(
                                                entry.getKey().toUpperCase(Locale.ROOT),
                                                path.getKey(),
                                                entry.getValue())));
    }

    static Stream<Named> withJson() {
        return operations().filter(Named::takesJson);
    }

    /// A form is read before it is known what for.
    static Stream<Named> withoutForm() {
        return operations().filter(named -> !named.bodyTypes().contains("multipart/form-data"));
    }

    static Stream<Named> belowV1() {
        return operations().filter(named -> named.template().startsWith("/v1"));
    }

    static Stream<Named> belowContexts() {
        return operations().filter(named -> named.template().startsWith("/v1/contexts/{ctx}"));
    }

    private static Reply send(Named named, String path, String body, String... headers) {
        BodyPublisher publisher =
                named.bodyTypes().isEmpty()
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body);
        return http.send(named.method(), path, publisher, headers);
    }

    @ParameterizedTest
    @MethodSource("withJson")
    void bodyThatIsNoJson(Named named) {
        for (String body : List.of("{", "[", "\"x\"", "{\"a\":1}}", "{\"a\":1,\"a\":1}")) {
            Reply reply = send(named, named.fullPath(), body, "Content-Type", JSON);

            assertThat(reply.status()).as(reply.text()).isIn(400, 422);
            assertThat(reply.at("/code"))
                    .isIn("MALFORMED_REQUEST", "UNKNOWN_PROPERTY", "HOST_INVALID");
        }
    }

    @ParameterizedTest
    @MethodSource("withJson")
    void propertyThatNobodyKnows(Named named) {
        String body = "{\"noSuchProperty\":1," + sample(named).substring(1);
        Reply reply = send(named, named.fullPath(), body.replace(",}", "}"), "Content-Type", JSON);

        assertThat(reply.at("/code")).as(reply.text()).isIn("UNKNOWN_PROPERTY", "HOST_INVALID");
    }

    @ParameterizedTest
    @MethodSource("withJson")
    void everyPropertyOfAWrongType(Named named) {
        String reference =
                named.operation()
                        .at("/requestBody/content")
                        .path(JSON)
                        .at("/schema/$ref")
                        .asString();
        JsonNode schema = document.at(reference.substring(1));

        for (String property : schema.path("properties").propertyNames()) {
            for (String wrong : List.of("{\"x\":{}}", "[[[1]]]", "1.5", "-7")) {
                Reply reply =
                        send(
                                named,
                                named.fullPath(),
                                "{\"" + property + "\":" + wrong + "}",
                                "Content-Type",
                                JSON);

                assertThat(reply.status())
                        .as(property + " " + wrong + " " + reply.text())
                        .isIn(400, 422);
                assertThat(reply.text())
                        .doesNotContain("dev.directmsi", "java.lang", "tools.jackson");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withJson")
    void bodyOfAnotherFormat(Named named) {
        send(named, named.fullPath(), "x", "Content-Type", "text/csv")
                .expect(415)
                .problem("MEDIA_TYPE_UNSUPPORTED");
    }

    @ParameterizedTest
    @MethodSource("withoutForm")
    void answerInAnotherFormat(Named named) {
        String type = named.bodyTypes().stream().findFirst().orElse(JSON);
        Reply reply =
                send(named, named.fullPath(), "{}", "Content-Type", type, "Accept", "text/csv");

        assertThat(reply.status()).as(reply.text()).isEqualTo(406);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anotherMethod(Named named) {
        Reply reply =
                http.send(
                                "PATCH",
                                named.path(),
                                BodyPublishers.ofString("{}"),
                                "Content-Type",
                                JSON)
                        .expect(405);

        reply.problem("METHOD_NOT_ALLOWED");
        assertThat(reply.header("Allow").orElseThrow()).contains(named.method());
    }

    @ParameterizedTest
    @MethodSource("belowV1")
    void queryParameterThatNobodyKnows(Named named) {
        String path = named.fullPath();
        String type = named.bodyTypes().stream().findFirst().orElse(JSON);
        Reply reply =
                send(
                        named,
                        path + (path.contains("?") ? "&" : "?") + "noSuch=1",
                        "{}",
                        "Content-Type",
                        type);

        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("belowContexts")
    void contextThatIsNotOpen(Named named) {
        Reply reply =
                send(
                        named,
                        named.fullPath(),
                        sample(named),
                        "Content-Type",
                        named.bodyTypes().stream().findFirst().orElse(JSON));

        reply.expect(404).problem("CONTEXT_NOT_FOUND");
    }

    @ParameterizedTest
    @MethodSource("belowContexts")
    void contextThatIsNoNumber(Named named) {
        Reply reply =
                send(
                        named,
                        named.fullPath().replace("999999", "x"),
                        sample(named),
                        "Content-Type",
                        named.bodyTypes().stream().findFirst().orElse(JSON));

        reply.expect(400).problem("MALFORMED_REQUEST");
    }

    /// A body with what is required, each the simplest value of its type.
    private static String sample(Named named) {
        JsonNode content = named.operation().at("/requestBody/content").path(JSON);
        return content.isMissingNode()
                ? "x"
                : Samples.of(document, content.path("schema")).toString();
    }
}
