package dev.directmsi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliberateTest {

    @ParameterizedTest
    @EnumSource(Deliberate.class)
    void everyDifferenceOnPurposeIsARowOfTheReadme(Deliberate difference) throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md")))
                .filteredOn(line -> line.startsWith("| " + difference.row() + " |"))
                .hasSize(1);
    }
}
