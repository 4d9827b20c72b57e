package dev.directmsi.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.api.http.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Codes and errnos are stable: clients decide by them. A change is made on purpose or not at all.
class ReasonsGoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/reasons.txt");
    private static final String COMMAND =
            "./mvnw test -Dtest=ReasonsGoldenTest -Dgolden.write=true";

    @Test
    void reasonsAreWhatWasPublished() throws IOException {
        String now =
                ProblemType.all().stream()
                        .map(problem ->
                                "%-32s %-12s %-12s %d%n"
                                        .formatted(
                                                problem.code(),
                                                problem.kind(),
                                                problem.errno(),
                                                problem.status()))
                        .collect(Collectors.joining());
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(GOLDEN, now);
        }

        assertThat(Files.readString(GOLDEN))
                .as("reasons have changed; if that is wanted: " + COMMAND)
                .isEqualTo(now);
    }
}
