package dev.directmsi.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import tools.jackson.databind.JsonNode;

/// The virtual VMM in a container of its own, restarted, paused and killed in the middle of its
/// story. A VMM that dies takes nothing with it: what it was promised stays until somebody closes
/// its context.
@NeedsEngine
@Timeout(900)
final class VmmFaultsIT {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/vmm-direct-vfio.txt");

    private static final Network NETWORK = Network.newNetwork();
    private static final ServiceContainer SERVICE =
            new ServiceContainer().withNetwork(NETWORK).withNetworkAliases("service");

    private final VmmContainer vmm =
            new VmmContainer("http://service:8080")
                    .withNetwork(NETWORK)
                    .withStartupCheckStrategy(new IsRunningStartupCheckStrategy());

    @BeforeAll
    static void start() {
        SERVICE.start();
    }

    @AfterAll
    static void stop() {
        SERVICE.stop();
        NETWORK.close();
    }

    @AfterEach
    void remove() {
        vmm.stop();
        assertThat(contexts()).isEmpty();
    }

    @Test
    void restartedTellsItsStoryAgain() throws IOException {
        vmm.start();
        assertThat(Engine.exitCode(vmm)).isZero();

        assertThat(Engine.runAgain(vmm)).isZero();

        assertThat(transcript()).isEqualTo(golden() + golden());
    }

    @Test
    void pausedGoesOnWhereItWas() throws IOException {
        vmm.start();
        awaitDevice();
        Engine.pause(vmm);
        assertThat(Engine.isPaused(vmm)).isTrue();
        assertThat(contexts()).hasSize(1); // it has not got to its end

        Engine.unpause(vmm);
        assertThat(Engine.exitCode(vmm)).isZero();
        assertThat(transcript()).isEqualTo(golden());
    }

    @Test
    void killedLeavesWhatItWasPromised() throws IOException {
        vmm.start();
        awaitDevice();
        Engine.kill(vmm);
        long revision = revision();
        String orphan = context();

        // Its devices are still its own: who comes after it is told so.
        assertThat(Engine.runAgain(vmm)).isOne();
        assertThat(vmm.transcript()).contains("The story ends here.");
        assertThat(revision()).isEqualTo(revision);

        http().delete(orphan).expect(204);
        assertThat(Engine.runAgain(vmm)).isZero();
        assertThat(transcript()).endsWith(golden());
    }

    /// Waits until its first device is bound.
    private static void awaitDevice() {
        Awaitility.await("the guest's first device")
                .pollInterval(Duration.ofMillis(5))
                .atMost(Engine.PATIENCE)
                .until(() -> !contexts().isEmpty() && hasDevice(context()));
    }

    private static boolean hasDevice(String context) {
        return http().get(context + "/objects")
                .expect(200)
                .json()
                .get("items")
                .valueStream()
                .anyMatch(object -> object.get("type").asString().equals("DEVICE"));
    }

    private static String context() {
        return "/v1/contexts/" + contexts().get(0).get("id").asLong();
    }

    private static JsonNode contexts() {
        return http().get("/v1/contexts").expect(200).json().get("items");
    }

    private static long revision() {
        return contexts().get(0).get("revision").asLong();
    }

    private static Http http() {
        return SERVICE.http();
    }

    private String transcript() {
        return vmm.transcript().replaceAll("context \\d+", "context N");
    }

    private static String golden() throws IOException {
        return Files.readString(GOLDEN);
    }
}
