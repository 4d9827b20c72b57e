package dev.directmsi.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;

/// The image by itself: who it runs as, what it can write, how it starts and ends.
@NeedsEngine
final class ImageIT {

    private static ServiceContainer service;

    @BeforeAll
    static void start() {
        service = new ServiceContainer();
        service.start();
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.stop();
        }
    }

    @Test
    void isNotRoot() throws Exception {
        assertThat(Engine.inspect(service).getConfig().getUser()).isEqualTo("10001:10001");
        assertThat(service.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    }

    @Test
    void writesOnlyItsDataAndTemporaryFiles() throws Exception {
        ExecResult root = service.execInContainer("touch", "/app/file");
        assertThat(root.getExitCode()).isNotZero();
        assertThat(root.getStderr()).contains("Read-only file system");
        assertThat(service.execInContainer("touch", "/tmp/file", "/data/file").getExitCode())
                .isZero();
    }

    @Test
    void nobodyCommandsItWithoutTheToken() {
        assertThat(Http.of(service.base(), "wrong").get("/v1/contexts").status()).isEqualTo(401);
        service.http().get("/v1/contexts").expect(200);
    }
}
