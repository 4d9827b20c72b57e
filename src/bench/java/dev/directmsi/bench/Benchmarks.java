package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// Measures everything and writes the report.
final class Benchmarks {

    private Benchmarks() {}

    static void main() throws Exception {
        Settings settings = Settings.fromProperties();
        Files.createDirectories(settings.directory());
        var report = new Report(settings);
        MemoryRows.measure(settings, report);
        RuleRows.measure(settings, report);
        StartRows.measure(settings, report);
        Path files = settings.directory().resolve("h2");
        delete(files);
        on(settings, Database.h2(files), report);
        try (var postgres = Postgres.from(settings.postgres())) {
            if (postgres == null) {
                report.note(
                        "PostgreSQL was not measured: no engine has the image that docker/images"
                                + " postgresql builds, and -Dbench.postgres names no other.");
            } else {
                on(settings, postgres.database(), report);
            }
        }
    }

    private static void on(Settings settings, Database database, Report report)
            throws IOException, InterruptedException {
        if (settings.wants("reads")
                || settings.wants("writes")
                || settings.wants("batches")
                || settings.wants("mix")) {
            try (var service =
                    ServiceProcess.start(
                            ServiceProcess.fromClassPath(settings, "-Xmx1g"),
                            database.arguments(),
                            settings.port(),
                            settings.directory())) {
                HttpRows.measure(settings, database, report, service);
            }
        }
        RestartRow.measure(settings, database, report);
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var paths = Files.walk(directory)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
