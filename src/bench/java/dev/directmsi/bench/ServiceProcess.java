package dev.directmsi.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The service in a process of its own.
final class ServiceProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final int port;
    private final Duration ready;

    private ServiceProcess(Process process, int port, Duration ready) {
        this.process = process;
        this.port = port;
        this.ready = ready;
    }

    /// Starts it and waits until it says that it is ready.
    ///
    /// @param program flags of the JVM, then what to run
    static ServiceProcess start(
            List<String> program, List<String> arguments, int port, Path directory)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program);
        command.add("--server.port=" + port);
        command.addAll(arguments);
        File log = directory.resolve("service.log").toFile();
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        while (!isReady(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                process.destroyForcibly();
                throw new IOException("the service did not get ready, see " + log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return new ServiceProcess(process, port, Duration.ofNanos(System.nanoTime() - begin));
    }

    /// From the test class path, with the yardsticks.
    static List<String> fromClassPath(Settings settings, String heap) {
        var program = new ArrayList<>(settings.flags());
        program.add(heap);
        program.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchService.class.getName()));
        return program;
    }

    private static boolean isReady(int port) {
        try (var connection = new HttpConnection(port)) {
            return connection.exchange(HttpConnection.get("/actuator/health/readiness")) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /// What the service does while `work` asks it: recorded by a run of its own, since to record
    /// costs time.
    Profile profile(Path directory, Work work) throws IOException {
        Path recording = directory.toAbsolutePath().resolve("recording.jfr");
        Files.deleteIfExists(recording);
        var begin = new ArrayList<>(List.of("JFR.start", "name=why"));
        begin.addAll(Profile.SETTINGS);
        command(directory, begin);
        work.run();
        command(directory, List.of("JFR.stop", "name=why", "filename=" + recording));
        return Profile.of(recording, "");
    }

    /// Something that is asked of the service.
    interface Work {
        void run() throws IOException;
    }

    private void command(Path directory, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(process.pid()));
        command.addAll(arguments);
        Process jcmd =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("jcmd.log").toFile()))
                        .start();
        try {
            if (jcmd.waitFor() != 0) {
                throw new IOException("cannot run " + command + ", see jcmd.log");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// From the start of the process to the first answer that it is ready.
    Duration ready() {
        return ready;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
