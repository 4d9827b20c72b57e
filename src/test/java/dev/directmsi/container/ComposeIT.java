package dev.directmsi.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `docker compose up` with all that the file has: both runs of the virtual VMM end well, the one
/// on the service and the one on two replicas behind one address.
@NeedsEngine
@Timeout(900)
final class ComposeIT {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/vmm-direct-vfio.txt");

    @BeforeAll
    static void up() throws Exception {
        compose("up", "--no-build", "-d");
    }

    @AfterAll
    static void down() throws Exception {
        compose("down", "--volumes", "--timeout", "1");
    }

    @Test
    void vmmTellsItsStory() throws Exception {
        endsWell("vmm");
    }

    @Test
    void vmmTellsItsStoryOnTwoReplicas() throws Exception {
        endsWell("vmm-on-replicas");
    }

    private static void endsWell(String vmm) throws Exception {
        String container = compose("ps", "--all", "--quiet", vmm).strip();
        String code = run(List.of("docker", "wait", container)).strip();
        String transcript = run(List.of("docker", "logs", container));
        assertThat(transcript.replaceFirst("context \\d+", "context N"))
                .isEqualTo(Files.readString(GOLDEN));
        assertThat(code).isEqualTo("0");
    }

    private static String compose(String... arguments) throws Exception {
        // A project of its own, on ports that are free: it disturbs no other.
        var command = new ArrayList<>(List.of("docker", "compose", "-p", "direct-msi-test"));
        command.addAll(List.of("-f", "docker/compose.yaml", "--profile", "replicas"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("compose", ".log");
        var process = new ProcessBuilder(command).redirectError(errors.toFile());
        process.environment().putAll(Map.of("DIRECT_MSI_PORT", "0", "DIRECT_MSI_PROXY_PORT", "0"));
        Process running = process.start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor())
                .as("%s: %s%s", String.join(" ", command), output, Files.readString(errors))
                .isZero();
        return output;
    }
}
