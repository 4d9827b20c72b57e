package dev.directmsi.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The table, written again after every row, so that a run that breaks off leaves what it has.
final class Report {

    static final String MEMORY = "in memory";

    private final Settings settings;
    private final Path file;
    private final Map<String, List<Row>> rows = new LinkedHashMap<>();
    private final Map<String, List<String>> reasons = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Report(Settings settings) {
        this.settings = settings;
        this.file = settings.directory().resolve("report.md");
    }

    /// @param where the database, or [#MEMORY]
    void add(String where, Row row) throws IOException {
        System.out.println(where + ": " + row.line());
        rows.computeIfAbsent(where, _ -> new ArrayList<>()).add(row);
        write();
    }

    /// What a profile says of a row that was missed.
    void explain(String where, Row row, Profile profile) throws IOException {
        reasons.put(row.what() + " (" + where + ", " + row.verdict() + ")", profile.lines());
        write();
    }

    /// Something that a reader has to know.
    void note(String note) throws IOException {
        System.out.println(note);
        notes.add(note);
        write();
    }

    private void write() throws IOException {
        var text = new StringBuilder("# Measured\n\n");
        machine()
                .forEach((name, value) ->
                        text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\nMeasured is what was counted; value is what the bar is about.\n");
        rows.forEach((where, lines) -> {
            text.append("\n## ").append(where).append("\n\n");
            text.append(
                    "| what | against | bar | measured | value | |\n|---|---|---|---|---|---|\n");
            lines.forEach(row -> text.append(row.line()).append('\n'));
        });
        if (!reasons.isEmpty()) {
            text.append("\n## Where the time goes in what was missed\n");
            reasons.forEach((what, lines) -> {
                text.append("\n### ").append(what).append("\n\n");
                lines.forEach(line -> text.append("- ").append(line).append('\n'));
            });
        }
        if (!notes.isEmpty()) {
            text.append("\n## Notes\n\n");
            notes.forEach(note -> text.append("- ").append(note).append('\n'));
        }
        Files.writeString(file, text);
    }

    private Map<String, String> machine() {
        var machine = new LinkedHashMap<String, String>();
        machine.put(
                "when", ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ISO_INSTANT));
        machine.put(
                "machine",
                Runtime.getRuntime().availableProcessors()
                        + " processors ("
                        + processor()
                        + "), "
                        + System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version"));
        machine.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("flags", String.join(" ", settings.flags()));
        machine.put(
                "load when the report was written",
                String.valueOf(
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        if (settings.scale() != 1) {
            machine.put("**durations were cut**", "to " + settings.scale() + " of the real ones");
        }
        return machine;
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
