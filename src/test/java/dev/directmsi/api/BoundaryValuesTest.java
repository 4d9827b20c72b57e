package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.EveryOperationTest.Named;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Every number of every request takes every boundary value, in a context where there is something
/// of each kind: what comes is an answer that the document knows, or a problem, and never a failure
/// of the service.
class BoundaryValuesTest {

    private static final Http http = RunningService.http();
    private static final JsonNode document = Contract.read().document();
    private static final String context = http.openContext("lab");
    private static final String testMachine = http.openContext("linux-selftest");

    private static final List<String> U64 =
            List.of(
                    "0x0",
                    "0x1",
                    "0xfff",
                    "0x1000",
                    "0x7fffffff",
                    "0x80000000",
                    "0xffffffff",
                    "0x100000000",
                    "0xffffffffffff",
                    "0x1000000000000",
                    "0x1fffffffffffff",
                    "0x20000000000000",
                    "0x7fffffffffffffff",
                    "0x8000000000000000",
                    "0xfffffffffffff000",
                    "0xffffffffffffffff");

    private static final List<Long> U32 =
            List.of(0L, 1L, 2L, 3L, 7L, 8L, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL);

    private static final List<Integer> IDS = List.of(1, 2, 3, 4, 6, 7);

    @BeforeAll
    static void somethingOfEachKind() {
        put("/memory/regions/0x1000", "{'length':'0x10000'}");
        put("/files/nothing", "{'size':'0x10000'}");
        post("/ioas", "{}");
        post(
                "/ioas/1/mappings",
                "{'userVa':'0x1000','length':'0x1000','iova':'0x1000','access':['READ','WRITE']}");
        post("/devices", "{'device':'0000:01:00.0'}");
        post("/hwpts", "{'devId':2,'ptId':1,'flags':['NEST_PARENT','DIRECT_MSI']}");
        post("/viommus", "{'devId':2,'hwptId':3,'type':'ARM_SMMUV3'}");
        post("/vdevices", "{'viommuId':4,'devId':2,'virtId':'0x10'}");
        post("/hwpts", "{'devId':2,'ptId':4,'dataType':'ARM_SMMUV3','data':{'ste':['0x9','0x0']}}");
        post("/veventqs", "{'viommuId':4,'type':'ARM_SMMUV3','depth':4}");
        put("/devices/2/msi-target", "{'frameBase':'0x8080000'}");
        put("/devices/2/attachment", "{'ptId':6}");
        put("/devices/2/msi-vectors/1", "{'guestVa':'0xfffff040'}");
    }

    @BeforeAll
    static void somethingOfTheTestDriver() {
        made(http.put(testMachine + "/memory/regions/0x1000", "{'length':'0x10000'}"));
        made(http.post(testMachine + "/ioas", "{}"));
        made(http.post(testMachine + "/selftest/mock-domains", "{'ptId':1,'devFlags':4}"));
        made(
                http.post(
                        testMachine + "/ioas/1/mappings",
                        "{'userVa':'0x1000','length':'0x1000','iova':'0x1000000','access':['READ','WRITE']}"));
        made(
                http.post(
                        testMachine + "/hwpts",
                        "{'devId':3,'ptId':1,'flags':['NEST_PARENT','DIRTY_TRACKING']}"));
        made(
                http.post(
                        testMachine + "/hwpts",
                        "{'devId':3,'ptId':5,'dataType':'0xdead','data':{'raw':'AQAAAA=='}}"));
        made(http.post(testMachine + "/selftest/accesses", "{'ioasId':1,'flags':'0x1'}"));
    }

    private static void made(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
    }

    private static void post(String path, String json) {
        assertThat(http.post(context + path, json).status()).isIn(200, 201);
    }

    private static void put(String path, String json) {
        assertThat(http.put(context + path, json).status()).isIn(200, 201);
    }

    static Stream<Named> withJson() {
        return EveryOperationTest.withJson()
                .filter(named -> named.template().startsWith("/v1/contexts/{ctx}/"));
    }

    static Stream<Named> withValuesInPathOrQuery() {
        return EveryOperationTest.belowContexts()
                .filter(named -> !named.template().equals("/v1/contexts/{ctx}"));
    }

    /// Nothing is committed, so that every value meets the same context.
    @ParameterizedTest
    @MethodSource("withJson")
    void inABody(Named named) {
        JsonNode schema = named.operation().at("/requestBody/content/application~1json/schema");
        for (String path : paths(named)) {
            for (JsonNode body : variants(schema)) {
                boolean mutation = named.operation().toString().contains("validateOnly");
                Reply reply =
                        http.send(
                                named.method(),
                                mutation ? path + "?validateOnly=true" : path,
                                BodyPublishers.ofString(body.toString()),
                                "Content-Type",
                                "application/json");

                assertThat(reply.status())
                        .as(path + " " + body + " " + reply.text())
                        .isNotIn(500, 503);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withValuesInPathOrQuery")
    void inAPathOrQuery(Named named) {
        boolean mutation = named.operation().toString().contains("validateOnly");
        String type = named.bodyTypes().stream().findFirst().orElse("application/json");
        JsonNode schema = named.operation().at("/requestBody/content/application~1json/schema");
        String body = schema.isMissingNode() ? "x" : Samples.of(document, schema).toString();
        for (String path : paths(named)) {
            for (String query : queries(named)) {
                Reply reply =
                        http.send(
                                named.method(),
                                path + "?" + query + (mutation ? "&validateOnly=true" : ""),
                                named.bodyTypes().isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body),
                                "Content-Type",
                                type);

                assertThat(reply.status())
                        .as(path + " " + query + " " + reply.text())
                        .isNotIn(500, 503);
            }
        }
    }

    /// The path with every id that there is, and every address.
    private static List<String> paths(Named named) {
        String template =
                named.template()
                        .replace(
                                "/v1/contexts/{ctx}",
                                named.template().contains("/selftest/") ? testMachine : context)
                        .replace("{name}", "nothing")
                        .replace("{copy}", "smmu0.its0");
        List<String> paths = new ArrayList<>();
        for (int id : template.contains("{id}") ? IDS : List.of(1)) {
            String withId = template.replace("{id}", Integer.toString(id));
            if (withId.contains("{userVa}") || withId.contains("{iova}")) {
                U64.forEach(value -> paths.add(withId.replaceAll("\\{(userVa|iova)}", value)));
            } else if (withId.contains("{")) {
                U32.forEach(value -> paths.add(withId.replaceAll("\\{\\w+}", value.toString())));
            } else {
                paths.add(withId);
            }
        }
        return paths;
    }

    private static List<String> queries(Named named) {
        List<String> names =
                named.operation()
                        .path("parameters")
                        .valueStream()
                        .filter(parameter ->
                                parameter.at("/schema/$ref").asString("").endsWith("/U64"))
                        .filter(parameter -> parameter.path("in").asString().equals("query"))
                        .map(parameter -> parameter.path("name").asString())
                        .toList();
        if (names.isEmpty()) {
            return List.of("");
        }
        List<String> queries = new ArrayList<>();
        for (String varied : names) {
            for (String value : U64) {
                queries.add(
                        names.stream()
                                .map(name -> name + "=" + (name.equals(varied) ? value : "0x1000"))
                                .reduce((a, b) -> a + "&" + b)
                                .orElseThrow());
            }
        }
        return queries;
    }

    /// The simplest body, and it again with each number of it at each boundary.
    private static List<JsonNode> variants(JsonNode schema) {
        JsonNode whole = resolved(schema);
        ObjectNode sample = (ObjectNode) Samples.of(document, whole);
        List<JsonNode> variants = new ArrayList<>(List.of(sample));
        whole.path("properties")
                .propertyStream()
                .forEach(property -> {
                    JsonNode type = resolved(property.getValue());
                    for (JsonNode value : values(type)) {
                        ObjectNode variant = sample.deepCopy();
                        variant.set(property.getKey(), value);
                        variants.add(variant);
                    }
                });
        return variants;
    }

    private static List<JsonNode> values(JsonNode type) {
        var json = tools.jackson.databind.node.JsonNodeFactory.instance;
        if (type.path("type").asString("").equals("integer")) {
            return U32.stream().<JsonNode>map(json::numberNode).toList();
        }
        if (type.path("pattern").asString("").startsWith("^0x")) {
            return U64.stream().<JsonNode>map(json::stringNode).toList();
        }
        if (type.path("type").asString("").equals("array")) {
            List<JsonNode> lists = new ArrayList<>(List.of(json.arrayNode()));
            values(resolved(type.path("items")))
                    .forEach(value -> lists.add(json.arrayNode().add(value)));
            return lists;
        }
        if (type.path("type").asString("").equals("object")) {
            return variants(type);
        }
        return List.of();
    }

    private static JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }
}
