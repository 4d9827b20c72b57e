package dev.directmsi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.api.Http;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;

/// The image by itself, on its H2: who it runs as, what it can write, how it starts and ends.
@NeedsEngine
final class ImageIT {

    /// Ended by SIGTERM, and by itself: SIGKILL would be 137.
    private static final int TERMINATED = 143;

    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final byte[] CONTINUE = bytes("HTTP/1.1 100 \r\n\r\n");

    private static final ServiceContainer SERVICE =
            new ServiceContainer()
                    // With a cache that does not fit, the JVM would refuse to start.
                    .withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");

    @BeforeAll
    static void start() {
        SERVICE.start();
    }

    @AfterAll
    static void stop() {
        SERVICE.stop();
    }

    @Test
    void isNotRoot() throws Exception {
        assertThat(Engine.inspect(SERVICE).getConfig().getUser()).isEqualTo("10001:10001");
        assertThat(SERVICE.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    }

    @Test
    void writesOnlyItsDataAndTemporaryFiles() throws Exception {
        ExecResult root = SERVICE.execInContainer("touch", "/app/file");
        assertThat(root.getExitCode()).isNotZero();
        assertThat(root.getStderr()).contains("Read-only file system");
        assertThat(SERVICE.execInContainer("touch", "/tmp/file", "/data/file").getExitCode())
                .isZero();
    }

    @Test
    void nobodyCommandsItWithoutTheToken() {
        assertThat(Http.of(SERVICE.base(), "wrong").get("/v1/contexts").status()).isEqualTo(401);
        SERVICE.http().get("/v1/contexts").expect(200);
    }

    @Test
    void withoutATokenItDoesNotStart() {
        var log = new ToStringConsumer();
        try (var open = new ServiceContainer()) {
            open.withEnv("DIRECT_MSI_API_TOKEN", "")
                    .withLogConsumer(log)
                    .withStartupCheckStrategy(
                            new OneShotStartupCheckStrategy().withTimeout(Engine.PATIENCE));
            assertThatThrownBy(open::start).isInstanceOf(ContainerLaunchException.class);
        }
        assertThat(log.toUtf8String()).contains("direct-msi.api.token is not set");
    }

    @Test
    void startsWithTheCacheOfItsTraining() {
        assertThat(SERVICE.getLogs()).contains("-XX:AOTMode=on");
    }

    /// The request has arrived, its body not yet: a stop waits for it, answers it, and keeps what
    /// it did.
    @Test
    void stopAnswersTheRequestsThatItHas() throws Exception {
        String context = SERVICE.http().post("/v1/contexts", "{}").header("Location").orElseThrow();
        URI base = SERVICE.base();
        String body = "{\"length\":\"0x1000\"}";
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    bytes(
                            """
                            PUT %s/memory/regions/0x1000 HTTP/1.1\r
                            Host: localhost\r
                            Authorization: Bearer %s\r
                            Content-Type: application/json\r
                            Content-Length: %d\r
                            Expect: 100-continue\r
                            Connection: close\r
                            \r
                            """
                                    .formatted(context, ServiceContainer.TOKEN, body.length())));
            out.flush();
            InputStream in = socket.getInputStream();
            // Said when the body is wanted: the request is being answered.
            assertThat(in.readNBytes(CONTINUE.length)).isEqualTo(CONTINUE);
            var code = CompletableFuture.supplyAsync(() -> Engine.stop(SERVICE, GRACE));
            awaitRefusal(base);

            out.write(bytes(body));
            out.flush();

            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 201");
            assertThat(code.join()).isEqualTo(TERMINATED);
        } finally {
            Engine.start(SERVICE);
        }
        SERVICE.http().get(context + "/memory/regions/0x1000").expect(200);
    }

    /// It has begun to end: it takes no new connections.
    private static void awaitRefusal(URI base) {
        Awaitility.await("refusal")
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try (var another = new Socket(base.getHost(), base.getPort())) {
                        another.setSoTimeout(1000);
                        another.getOutputStream()
                                .write(bytes("GET /actuator/health HTTP/1.0\r\n\r\n"));
                        return another.getInputStream().read() < 0;
                    } catch (IOException _) {
                        return true;
                    }
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
