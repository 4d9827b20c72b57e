package dev.directmsi.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Operations of one process with what the kernel answers: a part of a script of the checklist,
/// from a line `== TITLE` or `== TITLE @ MACHINE` to the next.
///
/// @param steps in their order
record Scenario(String name, String machine, List<Step> steps) {

    private static final Path SCRIPTS = Path.of("src/test/resources/checklist");
    private static final String DEFAULT_MACHINE = "linux-selftest";

    /// An operation, and which rule it is about.
    record Step(Row row, ScriptText.Line line) {}

    /// All that there are, by file.
    static List<Scenario> all() {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Scenario> read(Path file) {
        String name = file.getFileName().toString().replace(".txt", "");
        try {
            return of(name, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file.toString(), e);
        }
    }

    static List<Scenario> of(String file, List<String> text) {
        List<Scenario> scenarios = new ArrayList<>();
        Row row = Row.SETUP;
        List<Step> steps = new ArrayList<>();
        for (ScriptText.Line line : ScriptText.of(text)) {
            switch (line.word(0)) {
                case "==" -> {
                    String[] title = line.after("==").split(" @ ", 2);
                    steps = new ArrayList<>();
                    row = Row.SETUP;
                    scenarios.add(
                            new Scenario(
                                    file + ": " + title[0],
                                    title.length > 1 ? title[1] : DEFAULT_MACHINE,
                                    steps));
                }
                case "row", "rule", "setup" -> {
                    row = Row.of(line);
                    steps.add(new Step(row, new ScriptText.Line(line.number(), "")));
                }
                default -> steps.add(new Step(row, line));
            }
        }
        return scenarios;
    }

    /// The rows that it covers or explains, in their order.
    Stream<Row> rows() {
        return steps.stream().map(Step::row).distinct();
    }
}
