package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the service answered.
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record Reply(int status, HttpHeaders headers, byte[] bytes, boolean isHead) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static Reply of(HttpResponse<byte[]> response) {
        return new Reply(
                response.statusCode(),
                response.headers(),
                response.body(),
                response.request().method().equals("HEAD"));
    }

    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return JSON.readTree(bytes);
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /// The answer, if it has this status.
    public Reply expect(int expected) {
        assertThat(status).as(text()).isEqualTo(expected);
        return this;
    }

    /// A problem with this code, whose status is that of its kind.
    public JsonNode problem(String code) {
        assertThat(header("Content-Type")).as(text()).hasValue("application/problem+json");
        assertThat(json().path("code").asString()).as(text()).isEqualTo(code);
        assertThat(json().path("status").asInt()).isEqualTo(status);
        return json();
    }

    /// A property of the answer, by JSON pointer, as text.
    public String at(String pointer) {
        return json().at(pointer).asString();
    }
}
