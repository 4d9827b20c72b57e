package dev.directmsi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/// What a recording of the JDK's Flight Recorder says of a load: whose code ran, in which methods,
/// and how long was spent in pauses of the collector and in flushes.
final class Profile {

    /// Settings of a recording. Flushes are told of however short they are.
    static final List<String> SETTINGS = List.of("settings=profile", "jdk.FileForce#threshold=0ns");

    private static final int METHODS = 14;
    private static final int OWNERS = 10;

    /// In most of the samples: the way that every request takes, which tells nothing.
    private static final double EVERYWHERE = 0.6;

    private static final List<String> OURS =
            List.of("address", "hardware", "msi", "iommufd", "control", "store", "api", "bench");

    private static final Map<String, String> OTHERS =
            Map.of(
                    "org.h2.", "H2",
                    "org.postgresql.", "JDBC of PostgreSQL",
                    "org.springframework.", "Spring",
                    "org.apache.", "Tomcat",
                    "tools.jackson.", "Jackson",
                    "com.zaxxer.", "Hikari");

    private int samples;
    private final Map<String, Integer> owners = new HashMap<>();
    private final Map<String, Integer> methods = new HashMap<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Duration> flushes = new ArrayList<>();

    private final String within;

    private Profile(String within) {
        this.within = within;
    }

    /// Has a JVM record from its start to its end.
    static String flag(Path recording) throws IOException {
        Files.deleteIfExists(recording);
        return "-XX:StartFlightRecording:filename=" + recording + "," + String.join(",", SETTINGS);
    }

    /// Reads a recording.
    ///
    /// @param within only samples in a method whose name contains this
    static Profile of(Path recording, String within) throws IOException {
        var profile = new Profile(within);
        try (var file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                profile.add(file.readEvent());
            }
        }
        return profile;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" -> {
                if (event.getStackTrace() != null) {
                    sample(event.getStackTrace().getFrames());
                }
            }
            case "jdk.GCPhasePause" -> pauses.add(event.getDuration());
            case "jdk.FileForce" -> flushes.add(event.getDuration());
            default -> {
                // not asked for
            }
        }
    }

    private void sample(List<RecordedFrame> frames) {
        if (frames.stream().noneMatch(frame -> frame.getMethod().getName().contains(within))) {
            return;
        }
        Set<String> seen = new LinkedHashSet<>();
        String owner = null;
        for (RecordedFrame frame : frames) {
            RecordedMethod method = frame.getMethod();
            String type = method.getType().getName();
            String here = owner(type);
            if (here != null) {
                owner = owner == null ? here : owner;
                if (!type.contains("$$") && !here.equals("bench")) { // $$ is made by the JVM
                    seen.add(
                            type.substring(type.lastIndexOf('.') + 1)
                                    + "."
                                    + method.getName()
                                    + " ("
                                    + here
                                    + ")");
                }
            }
        }
        samples++;
        owners.merge(owner == null ? "the JDK alone" : owner, 1, Integer::sum);
        seen.forEach(method -> methods.merge(method, 1, Integer::sum));
    }

    /// Who is to answer for a type; null for the JDK, which works for others.
    private static @Nullable String owner(String type) {
        if (type.startsWith("dev.directmsi.")) {
            String rest = type.substring("dev.directmsi.".length());
            return OURS.stream().filter(rest::startsWith).findFirst().orElse(null);
        }
        return OTHERS.entrySet().stream()
                .filter(other -> type.startsWith(other.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /// For the report, one line per finding.
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                samples
                        + " samples; whose code ran (its calls into the JDK included): "
                        + most(owners, OWNERS, 1));
        lines.add("methods, callees included: " + most(methods, METHODS, EVERYWHERE));
        if (!flushes.isEmpty()) {
            lines.add("flushes of the database's file: " + spent(flushes));
        }
        if (!pauses.isEmpty()) {
            lines.add("pauses of the collector: " + spent(pauses));
        }
        return lines;
    }

    /// @param share what is in a greater share of the samples is left out
    private String most(Map<String, Integer> counts, int limit, double share) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() <= share * samples)
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(limit)
                .map(entry ->
                        "%s %.0f %%".formatted(entry.getKey(), 100.0 * entry.getValue() / samples))
                .reduce((one, other) -> one + ", " + other)
                .orElse("none");
    }

    private static String spent(List<Duration> durations) {
        List<Duration> sorted = durations.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%d, median %.2f ms, longest %.1f ms, together %.2f s",
                sorted.size(),
                millis(sorted.get(sorted.size() / 2)),
                millis(sorted.getLast()),
                millis(sorted.stream().reduce(Duration.ZERO, Duration::plus)) / 1000);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
