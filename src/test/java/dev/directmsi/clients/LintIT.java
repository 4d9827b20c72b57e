package dev.directmsi.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Spectral and Redocly have nothing to say about the document. Skipped where there is no node;
/// never in continuous integration.
final class LintIT {

    private static final Path LINT = Path.of("openapi/lint/check");

    @Test
    void documentHasNoFinding() throws Exception {
        if (!"true".equals(System.getenv("CI")) && !isInstalled("npm")) {
            System.out.println("LintIT skipped: there is no npm on the path");
            assumeThat(false).as("npm is installed").isTrue();
        }
        Process lint =
                new ProcessBuilder("bash", LINT.toString()).redirectErrorStream(true).start();
        lint.getOutputStream().close();
        String findings = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(lint.waitFor()).as(findings).isZero();
    }

    private static boolean isInstalled(String program) throws IOException {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
