package dev.directmsi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a run was asked for, from system properties that the build sets.
///
/// @param scale what durations are multiplied by; below 1 only to try the harness
/// @param only names of rows to measure; empty for all
/// @param postgres empty, a JDBC URL, or `container`
/// @param port of the service
/// @param flags of every JVM
/// @param directory where everything is written
/// @param jar the service as it is shipped
record Settings(
        double scale,
        List<String> only,
        String postgres,
        int port,
        List<String> flags,
        Path directory,
        Path jar) {

    static Settings fromProperties() {
        return new Settings(
                Double.parseDouble(text("bench.scale", "1")),
                list(text("bench.only", ""), ","),
                text("bench.postgres", ""),
                Integer.parseInt(text("bench.port", "18800")),
                list(text("bench.flags", ""), " "),
                Path.of(text("bench.directory", "target/bench")),
                Path.of(text("bench.jar", "target/direct-msi-0.1.0-SNAPSHOT.jar")));
    }

    private static String text(String name, String otherwise) {
        String value = System.getProperty(name, otherwise);
        // Maven leaves a property without a value as it was written.
        return value.startsWith("${") ? otherwise : value;
    }

    private static List<String> list(String text, String separator) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(separator));
    }

    boolean wants(String row) {
        return only.isEmpty() || only.contains(row);
    }

    Duration seconds(double seconds) {
        return Duration.ofMillis(Math.max(200, Math.round(seconds * scale * 1000)));
    }
}
