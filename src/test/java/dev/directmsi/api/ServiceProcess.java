package dev.directmsi.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The service in a process of its own, small and quick to start, which can be killed as `kill -9`
/// does.
public final class ServiceProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private static final Contract CONTRACT = Contract.read();

    private final Process process;
    private final Http http;

    private ServiceProcess(Process process, URI base) {
        this.process = process;
        this.http = new Http(base, CONTRACT);
    }

    /// Starts it on a database and waits until it is ready.
    static ServiceProcess start(Path directory) throws IOException {
        return start(
                List.of(
                        "--spring.datasource.url=jdbc:h2:file:"
                                + directory.resolve("service").toAbsolutePath()
                                + ";WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE"),
                _ -> {});
    }

    /// Starts it with settings of its own and waits until it is ready.
    ///
    /// @param log told every line that it prints once it listens
    public static ServiceProcess start(List<String> settings, Consumer<String> log)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xshare:auto",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.directmsi.Application",
                                "--server.port=0",
                                "--spring.main.lazy-initialization=true",
                                "--springdoc.api-docs.enabled=false",
                                "--logging.level.org.springframework.boot.tomcat=INFO"));
        command.addAll(settings);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        var service =
                new ServiceProcess(
                        process, URI.create("http://127.0.0.1:" + port(process, output)));
        // read to the end, or its pipe fills up
        Thread.ofVirtual().start(() -> output.lines().forEach(log));
        service.waitUntilReady();
        return service;
    }

    private static String port(Process process, BufferedReader log) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.add(line);
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return port.group(1);
            }
        }
        throw new AssertionError(
                "the service ended: " + process.toHandle() + "\n" + String.join("\n", seen));
    }

    /// It listens already; the answer is 503 until every context is recovered.
    private void waitUntilReady() {
        while (http.get("/actuator/health/readiness").status() != 200) {
            Thread.onSpinWait();
        }
    }

    public Http http() {
        return http;
    }

    /// Ends it at this very moment: SIGKILL, no shutdown hook runs.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
