package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever stops a request is answered in one shape. That the shape is right, the [Contract]
/// checks each time.
class ProblemsTest {

    private final Http http = RunningService.http();

    @Test
    void refusalOfARuleNamesErrnoIoctlAndValues() {
        String context = http.openContext("lab");

        Reply reply = http.delete(context + "/objects/7").expect(404);

        assertThat(reply.problem("OBJECT_NOT_FOUND").toString())
                .contains("\"type\":\"/problems/object-not-found\"")
                .contains("\"errno\":\"ENOENT\",\"errnoValue\":2,\"ioctl\":\"IOMMU_DESTROY\"")
                .contains("\"id\":7")
                .contains("\"instance\":\"" + context + "/objects/7\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/nothing",
                "/nothing/at/all",
                "/v1/contexts/1/nothing",
                "/error"
            })
    void unknownPathIsAProblem(String path) {
        http.get(path).expect(404).problem("PATH_NOT_FOUND");
        http.post(path, "{}").expect(404).problem("PATH_NOT_FOUND");
    }

    @Test
    void wrongMethodNamesTheRightOnes() {
        Reply reply = http.put("/v1/contexts", "{}").expect(405);

        reply.problem("METHOD_NOT_ALLOWED");
        assertThat(reply.header("Allow").orElseThrow().split(", ?"))
                .containsExactlyInAnyOrder("GET", "POST");
    }

    @Test
    void unacceptableFormatIsAProblem() {
        http.get("/v1/contexts", "Accept", "application/xml").expect(406).problem("NOT_ACCEPTABLE");
        http.get("/v1/hosts/lab", "Accept", "application/yaml")
                .expect(406)
                .problem("NOT_ACCEPTABLE");
    }

    @Test
    void anyProblemIsSentWhateverTheClientAccepts() {
        http.get("/v1/contexts/999999", "Accept", "application/json")
                .expect(404)
                .problem("CONTEXT_NOT_FOUND");
        http.get("/nothing", "Accept", "text/html").expect(404).problem("PATH_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/yaml",
                "application/x-www-form-urlencoded"
            })
    void bodyOfAnotherFormatIsAProblem(String type) {
        Reply reply =
                http.send(
                        "POST",
                        "/v1/contexts",
                        BodyPublishers.ofString("name=x"),
                        "Content-Type",
                        type);

        reply.expect(415).problem("MEDIA_TYPE_UNSUPPORTED");
        assertThat(reply.header("Accept")).hasValue("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{]",
                "[]",
                "7",
                "'lab'",
                "{'name':'a','name':'b'}",
                "{'name':'a'} {}",
                "{'name':'a'},",
                "{'name':7}",
                "{'name':true}",
                "{'name':['a']}",
                "{'name':{}}",
                "{name:'a'}",
                "{'name':'a',}",
                "{'name':'\t'}",
                "{'hostPageSize':'4096'}",
                "{'hostPageSize':4096.0}",
                "{'hostPageSize':true}",
                "{'hostPageSize':-1}",
                "{'hostPageSize':4294967296}",
                "{'hostPageSize':1e3}",
                "{'hostPageSize':123456789012345678901234567890123456789012345}",
                "{'hostPageSize':3}"
            })
    void unreadableJsonIsMalformed(String body) {
        Reply reply = http.post("/v1/contexts", body).expect(400);

        assertThat(reply.problem("MALFORMED_REQUEST").path("detail").asString())
                .isNotEmpty()
                .doesNotContain("dev.directmsi", "java.", "tools.jackson");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    []        | the body: the value has a wrong type
                    {         | line 1, column 2: Unexpected end-of-input: expected close marker for Object
                    {"a":[1}  | line 1, column 8: Unexpected close marker '}': expected ']'
                    """)
    void sentenceSaysWhereAndNamesNothingOfOurs(String body, String detail) {
        assertThat(
                        http.post("/v1/contexts", body)
                                .expect(400)
                                .problem("MALFORMED_REQUEST")
                                .path("detail")
                                .asString())
                .isEqualTo(detail);
    }

    @Test
    void numberThatIsNoneIsShown() {
        String context = http.openContext("lab");

        assertThat(
                        http.get(context + "/stage2-faults?after=x")
                                .expect(400)
                                .problem("MALFORMED_REQUEST")
                                .path("detail")
                                .asString())
                .isEqualTo("after: 'x' is no integer of 64 bits");
    }

    @Test
    void deepNestingIsMalformed() {
        String body = "{\"name\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";

        http.post("/v1/contexts", body).expect(400).problem("MALFORMED_REQUEST");
    }

    @Test
    void invalidUtf8IsMalformed() {
        byte[] body = {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xc3, '"', '}'};

        http.send(
                        "POST",
                        "/v1/contexts",
                        BodyPublishers.ofByteArray(body),
                        "Content-Type",
                        "application/json")
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }

    @Test
    void nullIsTheSameAsNothing() {
        http.post("/v1/contexts", "{'host':null,'name':null,'hostPageSize':null}").expect(201);
    }

    @Test
    void nullWhereAValueIsRequiredIsMalformed() {
        String context = http.openContext("lab");
        http.post(context + "/ioas", "{}").expect(201);

        Reply absent = http.post(context + "/ioas/1/mappings", "{'userVa':'0x0'}").expect(400);
        Reply empty =
                http.post(context + "/ioas/1/mappings", "{'userVa':'0x0','length':null}")
                        .expect(400);
        Reply inList = http.put(context + "/ioas/1/allowed-iovas", "{'ranges':[null]}").expect(400);

        assertThat(absent.at("/params/pointer")).isEqualTo("/length");
        assertThat(empty.at("/params/pointer")).isEqualTo("/length");
        assertThat(inList.at("/params/pointer")).isEqualTo("/ranges/0");
    }

    @Test
    void unknownPropertyIsRefusedWithItsPlace() {
        Reply reply = http.post("/v1/contexts", "{'hots':'lab'}").expect(400);

        assertThat(reply.problem("UNKNOWN_PROPERTY").path("errno").asString()).isEqualTo("E2BIG");
        assertThat(reply.at("/params/pointer")).isEqualTo("/hots");
        assertThat(reply.json().at("/params/known").toString())
                .contains("host", "name", "hostPageSize");
    }

    @Test
    void unknownQueryParameterIsRefused() {
        http.get("/v1/contexts?limti=5").expect(400).problem("UNKNOWN_PROPERTY");
        http.post("/v1/contexts?validateonly=true", "{}").expect(400).problem("UNKNOWN_PROPERTY");
        http.get("/v1/contexts?validateOnly=true").expect(400).problem("UNKNOWN_PROPERTY");
        http.get("/v1/contexts?limit=1&limit=2").expect(400).problem("MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/contexts/x",
        "/v1/contexts/-1",
        "/v1/contexts/0x1",
        "/v1/contexts/9223372036854775808",
        "/v1/contexts/1/ioas/x",
        "/v1/contexts/1/ioas/4294967296",
        "/v1/contexts/1/ioas/1/mappings/0xg",
        "/v1/contexts?limit=0",
        "/v1/contexts?limit=1001",
        "/v1/contexts?limit=many",
        "/v1/hosts/-lab"
    })
    void valueInAPathOrQueryThatCannotBeReadIsMalformed(String path) {
        Reply reply = http.get(path).expect(400);

        assertThat(reply.problem("MALFORMED_REQUEST").path("detail").asString())
                .doesNotContain("dev.directmsi", "java.");
    }

    @Test
    void missingQueryParameterIsMalformed() {
        http.delete("/v1/contexts/1/ioas/1/mappings?iova=0x0")
                .expect(400)
                .problem("MALFORMED_REQUEST");
    }

    @Test
    void everyProblemIsExplained() {
        var items = http.get("/problems").expect(200).json().path("items");

        assertThat(items)
                .hasSizeGreaterThan(150)
                .allSatisfy(problem -> {
                    var explained = http.get(problem.path("type").asString()).expect(200).json();
                    assertThat(explained).isEqualTo(problem);
                    assertThat(problem.path("remedy").asString()).isNotEmpty();
                });
        http.get("/problems/no-such-problem").expect(404).problem("PATH_NOT_FOUND");
    }
}
