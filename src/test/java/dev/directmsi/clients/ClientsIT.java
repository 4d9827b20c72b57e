package dev.directmsi.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.container.NeedsEngine;
import dev.directmsi.container.ServiceContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/// The same script through the client of each language, each against a fresh service in its
/// container: what they print is the same, byte for byte.
@NeedsEngine
final class ClientsIT {

    private static final String IMAGE = "direct-msi-clients";
    private static final String SERVICE = "service";
    private static final Path SCRIPTS = Path.of("src/test/clients");
    private static final Path CLIENTS = Path.of("target/clients");
    private static final Path TRANSCRIPT = SCRIPTS.resolve("transcript.txt");

    private static final String PYTHON =
            "PYTHONWARNINGS=ignore PYTHONPATH=/clients/client python3 script.py";
    private static final String TYPESCRIPT =
            "tsc -p . && echo '{\"type\":\"module\"}' > out/package.json && node out/script.js";
    private static final String GO =
            "sed -i 's/^module .*/module client/' client/go.mod && go build -o script . && ./script";

    @Test
    void java() throws Exception {
        try (var service = new ServiceContainer()) {
            service.start();

            check(JavaScript.transcript(service.base(), ServiceContainer.TOKEN));
        }
    }

    @Test
    void python() throws Exception {
        check(transcript("python", PYTHON));
    }

    @Test
    void typescript() throws Exception {
        check(transcript("typescript", TYPESCRIPT));
    }

    @Test
    void go() throws Exception {
        check(transcript("go", GO));
    }

    private static void check(String transcript) throws Exception {
        assertThat(transcript).isEqualTo(Files.readString(TRANSCRIPT));
    }

    /// Compiles the script and its client where there is something to compile, and runs it.
    private static String transcript(String language, String command) {
        try (Network network = Network.newNetwork();
                var service = new ServiceContainer();
                var client = new GenericContainer<>(DockerImageName.parse(IMAGE))) {
            service.withNetwork(network).withNetworkAliases(SERVICE).start();
            client.withNetwork(network)
                    .withCopyToContainer(
                            MountableFile.forHostPath(SCRIPTS.resolve(language)), "/clients")
                    .withCopyToContainer(
                            MountableFile.forHostPath(CLIENTS.resolve(language)), "/clients/client")
                    .withCommand(
                            "sh",
                            "-c",
                            command + " http://" + SERVICE + ":8080 " + ServiceContainer.TOKEN)
                    .withStartupCheckStrategy(
                            new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(10)))
                    .start();
            return client.getLogs();
        }
    }
}
