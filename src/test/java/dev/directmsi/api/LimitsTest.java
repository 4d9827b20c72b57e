package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing that a client sends is read without a limit, and what Tomcat refuses by itself is a
/// problem, too.
class LimitsTest {

    private static final int JSON_LIMIT = 2 << 20;

    private final Http http = RunningService.http();

    @Test
    void bodyThatSaysItIsTooLargeIsRefused() {
        post(BodyPublishers.ofByteArray(new byte[JSON_LIMIT + 1]))
                .expect(413)
                .problem("BODY_TOO_LARGE");
    }

    @Test
    void bodyThatDoesNotSayHowLargeItIsIsRefusedAtTheLimit() {
        byte[] body = new byte[JSON_LIMIT + 1];

        post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .expect(413)
                .problem("BODY_TOO_LARGE");
    }

    /// A client that promises more than the limit, or goes on sending, is answered without waiting
    /// for the rest.
    @Test
    void restOfATooLargeBodyIsNotWaitedFor() throws IOException {
        String head = "POST /v1/contexts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

        String promised = firstLine(head + "Content-Length: 10000000000\r\n\r\n", "");
        String sent =
                firstLine(
                        head + "Transfer-Encoding: chunked\r\n\r\n",
                        "200001\r\n" + " ".repeat(JSON_LIMIT + 1) + "\r\n");

        assertThat(promised).contains("413");
        assertThat(sent).contains("413");
    }

    private static String firstLine(String head, String body) throws IOException {
        URI base = RunningService.base();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            byte[] answer = socket.getInputStream().readNBytes(16);
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void bodyAtTheLimitIsRead() {
        String body = "{}" + " ".repeat(JSON_LIMIT - 2);

        post(BodyPublishers.ofString(body)).expect(201);
        post(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                .expect(201);
    }

    private Reply post(BodyPublisher body) {
        return http.send("POST", "/v1/contexts", body, "Content-Type", "application/json");
    }

    @Test
    void longNameIsRefused() {
        http.post("/v1/contexts", "{'name':'" + "x".repeat(201) + "'}")
                .expect(400)
                .problem("VALUE_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/cont exts HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/contexts?x=<> HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/../../contexts HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/contexts%2f1 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/contexts\\1 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/contexts HTTP/1.1\r\n\r\n",
                "GET /v1/contexts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/contexts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: strange\r\n\r\n",
                "GET /v1/contexts HTTP/9.9\r\nHost: x\r\n\r\n",
                "PROPFIND /v1/contexts HTTP/1.1\r\nHost: x\r\n\r\n",
                "TRACE /v1/contexts HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void whatTomcatRefusesIsAProblem(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).matches("(?s)HTTP/1.1 [45].*");
        assertThat(answer).contains("application/problem+json", "\"code\":", "\"errno\":");
        assertThat(answer).doesNotContain("<html", "Exception", "org.apache", "Tomcat");
    }

    @Test
    void headersThatAreTooLargeAreAProblem() throws IOException {
        String answer =
                raw(
                        "GET /v1/contexts HTTP/1.1\r\nHost: x\r\nX-Large: "
                                + "x".repeat(20_000)
                                + "\r\n\r\n");

        assertThat(answer)
                .contains("application/problem+json")
                .doesNotContain("<html", "Exception");
    }

    /// What a client library would not send.
    private static String raw(String request) throws IOException {
        URI base = RunningService.base();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String closing = request.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(closing.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
