package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// How long the shipped service takes to get ready on an empty database, with an AOT cache and
/// without.
final class StartRows {

    private static final int ROUNDS = 5;

    private StartRows() {}

    static void measure(Settings settings, Report report) throws IOException, InterruptedException {
        if (!settings.wants("start")) {
            return;
        }
        Shipped shipped = Shipped.prepare(settings);
        var with = new double[ROUNDS];
        var without = new double[ROUNDS];
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            without[round] = ready(settings, shipped.withoutCache());
            with[round] = ready(settings, shipped.withCache());
            ratios[round] = with[round] / without[round];
        }
        Arrays.sort(with);
        Arrays.sort(without);
        Arrays.sort(ratios);
        report.add(
                "H2",
                Row.atMost(
                        0.6,
                        "",
                        "start to ready, empty, with AOT cache",
                        "without",
                        ratios[ROUNDS / 2],
                        "%.2f s against %.2f s".formatted(with[ROUNDS / 2], without[ROUNDS / 2])));
    }

    private static double ready(Settings settings, List<String> program) throws IOException {
        Path files = settings.directory().toAbsolutePath().resolve("empty");
        Benchmarks.delete(files);
        try (var service =
                ServiceProcess.start(
                        program,
                        Database.h2(files).arguments(),
                        settings.port(),
                        settings.directory())) {
            return service.ready().toMillis() / 1e3;
        }
    }
}
