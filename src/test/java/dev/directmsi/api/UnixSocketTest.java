package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/// The service on a Unix socket, beside TCP.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets what is static
class UnixSocketTest {

    private static final String SETTING = "--direct-msi.api.unix-socket=";

    @TempDir static Path directory;

    private static Path socket;
    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() {
        socket = directory.resolve("service.sock");
        service = RunningService.run(SETTING + socket);
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        assertThat(socket).doesNotExist();
        try (var left = Files.list(directory)) {
            assertThat(left.filter(file -> file.getFileName().toString().matches("\\d+")))
                    .as("directories that sockets were made in")
                    .isEmpty();
        }
    }

    /// Sends bytes and reads until the service closes the connection. Where it has refused a
    /// request before all of it had come, that is a reset, behind the answer.
    private static String exchange(Path path, String request) throws IOException {
        var answer = new ByteArrayOutputStream();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            Channels.newInputStream(channel).transferTo(answer);
        } catch (SocketException reset) {
            assertThat(answer.size()).as("bytes before: %s", reset).isPositive();
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static String get(Path path, String target, String... headers) throws IOException {
        return exchange(
                path,
                "GET "
                        + target
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + String.join("", headers)
                        + "\r\n");
    }

    @Test
    void bothSpeakOfTheSameContexts() throws IOException {
        String created =
                exchange(
                        socket,
                        "POST /v1/contexts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(created).startsWith("HTTP/1.1 201 ").contains("Location: /v1/contexts/");
        String path = created.replaceAll("(?s).*Location: (\\S+).*", "$1");

        RunningService.httpOf(service).get(path).expect(200);
        assertThat(get(socket, path)).startsWith("HTTP/1.1 200 ");
        assertThat(get(socket, "/actuator/health")).contains("\"UP\"");
    }

    @Test
    void eventsAreStreamed() throws IOException {
        String path = RunningService.httpOf(service).openContext("lab");
        RunningService.httpOf(service).post(path + "/ioas", "{}").expect(201);
        RunningService.httpOf(service).delete(path).expect(204);

        assertThat(get(socket, path + "/events?after=1"))
                .contains("Content-Type: text/event-stream")
                .contains("\"SUBSCRIBED\"", "\"COMMIT\"", "\"CLOSED\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET /v1/contexts HTTP/1.1\r\n\r\n",
                "GET /v1/contexts HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void whatIsNoHttpIsAProblem(String request) throws IOException {
        assertThat(exchange(socket, request))
                .startsWith("HTTP/1.1 400 ")
                .contains("Content-Type: application/problem+json")
                .contains("\"MALFORMED_REQUEST\"");
    }

    @Test
    void headersHaveTheLimitThatTheyHaveOverTcp() throws IOException {
        String header = "X: " + "x".repeat(15_000) + "\r\n";
        assertThat(get(socket, "/v1/contexts", header)).startsWith("HTTP/1.1 200 ");
        assertThat(get(socket, "/v1/contexts", header, header))
                .startsWith("HTTP/1.1 4")
                .contains("Content-Type: application/problem+json")
                .endsWith("}");
    }

    @Test
    void onlyTheOwnerMayConnect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource({"0660,rw-rw----", "777,rwxrwxrwx", "rw-rw-r--,rw-rw-r--"})
    void permissionsAreWhatTheyAreSetTo(String setting, String expected) throws IOException {
        Path path = directory.resolve("p" + setting);
        try (var _ =
                RunningService.run(
                        SETTING + path, "--direct-msi.api.unix-socket-permissions=" + setting)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(expected);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void tokenIsAskedForHereToo() throws IOException {
        Path path = directory.resolve("token");
        try (var _ = RunningService.run(SETTING + path, "--direct-msi.api.token=secret")) {
            assertThat(get(path, "/v1/contexts")).startsWith("HTTP/1.1 401 ");
            assertThat(get(path, "/v1/contexts", "Authorization: Bearer secret\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    /// As kill -9 leaves it: a socket to which nobody listens.
    @Test
    void leftoverIsReplaced() throws IOException {
        Path path = directory.resolve("leftover");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (var _ = RunningService.run(SETTING + path)) {
            assertThat(get(path, "/v1/contexts")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatIsNotOursStays() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");

        assertRefused(socket, "another process listens there");
        assertRefused(file, "is no socket");
        assertRefused(directory.resolve("nowhere/x"), "a directory that does not exist");
        assertRefused(directory.resolve("x".repeat(100)), "bytes long");

        assertThat(get(socket, "/v1/contexts")).startsWith("HTTP/1.1 200 ");
        assertThat(file).hasContent("precious");
        Path replaced = directory.resolve("replaced");
        try (var _ = RunningService.run(SETTING + replaced)) {
            Files.delete(replaced);
            Files.writeString(replaced, "somebody else's");
        }
        assertThat(replaced).hasContent("somebody else's");
    }

    private static void assertRefused(Path path, String because) {
        assertThatThrownBy(() -> RunningService.run(SETTING + path).close())
                .rootCause()
                .hasMessageContaining(path + " ")
                .hasMessageContaining(because);
    }

    @Test
    void wrongPermissionsAreRefused() {
        assertThatThrownBy(() ->
                        RunningService.run(
                                        SETTING + directory.resolve("wrong"),
                                        "--direct-msi.api.unix-socket-permissions=0999")
                                .close())
                .rootCause()
                .hasMessageContaining("Invalid mode");
    }
}
