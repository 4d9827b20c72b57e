package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The service as the image has it: unpacked, with an AOT cache (JEP 483, 515) that a start and a
/// stop have trained.
record Shipped(Settings settings, Path jar, Path cache) {

    static Shipped prepare(Settings settings) throws IOException, InterruptedException {
        Path directory = settings.directory().toAbsolutePath();
        Path application = directory.resolve("application");
        Benchmarks.delete(application);
        extract(settings, directory, application);
        var shipped =
                new Shipped(
                        settings,
                        application.resolve(settings.jar().getFileName()),
                        directory.resolve("service.aot"));
        Files.deleteIfExists(shipped.cache);
        Path files = directory.resolve("training");
        Benchmarks.delete(files);
        // The cache is written when the process ends.
        ServiceProcess.start(
                        shipped.program("-XX:AOTCacheOutput=" + shipped.cache),
                        Database.h2(files).arguments(),
                        settings.port(),
                        directory)
                .close();
        return shipped;
    }

    /// What to start for it with the cache.
    List<String> withCache() {
        return program("-XX:AOTCache=" + cache);
    }

    List<String> withoutCache() {
        return program("-XX:AOTMode=off");
    }

    private List<String> program(String flag) {
        var program = new ArrayList<>(settings.flags());
        program.addAll(List.of("-Xmx1g", flag, "-jar", jar.toString()));
        return program;
    }

    private static void extract(Settings settings, Path directory, Path application)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djarmode=tools",
                        "-jar",
                        settings.jar().toAbsolutePath().toString(),
                        "extract",
                        "--destination",
                        application.toString());
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
