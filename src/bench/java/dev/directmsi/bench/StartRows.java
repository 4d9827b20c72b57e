package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How long the shipped service takes to get ready on an empty database, with an AOT cache (JEP
/// 483, 515) and without.
final class StartRows {

    private static final int ROUNDS = 5;

    private StartRows() {}

    static void measure(Settings settings, Report report) throws IOException, InterruptedException {
        if (!settings.wants("start")) {
            return;
        }
        Path directory = settings.directory().toAbsolutePath();
        Path application = directory.resolve("application");
        Benchmarks.delete(application);
        run(
                directory,
                "-Djarmode=tools",
                "-jar",
                settings.jar().toAbsolutePath().toString(),
                "extract",
                "--destination",
                application.toString());
        Path jar = application.resolve(settings.jar().getFileName());
        Path cache = directory.resolve("service.aot");
        Files.deleteIfExists(cache);
        // Trained by a start and a stop; the cache is written when the process ends.
        ready(settings, directory, jar, "-XX:AOTCacheOutput=" + cache);
        var with = new double[ROUNDS];
        var without = new double[ROUNDS];
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            without[round] = ready(settings, directory, jar, "-XX:AOTMode=off");
            with[round] = ready(settings, directory, jar, "-XX:AOTCache=" + cache);
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

    private static double ready(Settings settings, Path directory, Path jar, String flag)
            throws IOException {
        Path files = directory.resolve("empty");
        Benchmarks.delete(files);
        var program = new ArrayList<>(settings.flags());
        program.addAll(List.of("-Xmx1g", flag, "-jar", jar.toString()));
        try (var service =
                ServiceProcess.start(
                        program, Database.h2(files).arguments(), settings.port(), directory)) {
            return service.ready().toMillis() / 1e3;
        }
    }

    private static void run(Path directory, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        int status =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("start.log").toFile()))
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IOException("cannot run " + command + ", see start.log");
        }
    }
}
