package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How long a restart takes with a million mappings, against a process that only reads their rows.
/// Both begin with the start of the process; the service is started as it is shipped.
final class RestartRow {

    private static final int CONTEXTS = 100;
    private static final int MAPPINGS = 10_000;
    private static final int ROUNDS = 3;

    private RestartRow() {}

    static void measure(Settings settings, Database database, Report report)
            throws IOException, InterruptedException {
        if (!settings.wants("restart")) {
            return;
        }
        List<String> program = ServiceProcess.fromClassPath(settings, "-Xmx1g");
        try (var service = start(settings, database, program);
                var connection = new HttpConnection(service.port())) {
            for (int i = 0; i < CONTEXTS; i++) {
                connection.expectSuccess(Guest.open(connection).batch(0, MAPPINGS));
            }
        }
        List<String> shipped = Shipped.prepare(settings).withCache();
        var restarts = new double[ROUNDS];
        var reads = new double[ROUNDS];
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            try (var service = start(settings, database, shipped)) {
                restarts[round] = service.ready().toMillis() / 1e3;
            }
            reads[round] = read(settings, database).toMillis() / 1e3;
            ratios[round] = restarts[round] / reads[round];
        }
        Row row =
                Row.atMost(
                        3,
                        "",
                        "restart to ready, 1,000,000 mappings in 100 contexts",
                        "plain JDBC reads the rows",
                        median(ratios),
                        "%.2f s against %.2f s".formatted(median(restarts), median(reads)));
        report.add(database.name(), row);
        if (!row.isMet()) {
            Path recording = settings.directory().toAbsolutePath().resolve("recording.jfr");
            var recorded = new ArrayList<>(shipped);
            recorded.addFirst(Profile.flag(recording));
            start(settings, database, recorded).close(); // which writes the recording
            report.explain(database.name(), row, Profile.of(recording, ""));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static ServiceProcess start(Settings settings, Database database, List<String> program)
            throws IOException {
        return ServiceProcess.start(
                program, database.arguments(), settings.port(), settings.directory());
    }

    private static Duration read(Settings settings, Database database)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(settings.flags());
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlainReader.class.getName(),
                        database.url(),
                        database.user(),
                        database.password()));
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        settings.directory().resolve("reader.log").toFile()))
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("the rows cannot be read, see reader.log");
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
