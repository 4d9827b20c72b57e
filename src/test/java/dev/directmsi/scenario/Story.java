package dev.directmsi.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A scenario file, and the interpreter.
record Story(String name, List<Step> steps) {

    private static final Path DIRECTORY = Path.of("src/test/resources/scenarios");

    static List<Story> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(Story::read)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Story read(Path file) {
        try {
            var steps = new ArrayList<Step>();
            int line = 0;
            for (String text : Files.readAllLines(file)) {
                Step.parse(++line, text).ifPresent(steps::add);
            }
            return new Story(file.getFileName().toString().replace(".txt", ""), steps);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Tells the story in a world, comparing every line.
    void tell(World world) {
        var names = new Names();
        for (Step step : steps) {
            String where = name + ".txt:" + step.line() + "  " + step.text();
            if (step.verb().equals("restart")) {
                world.restart();
                continue;
            }
            String outcome;
            try {
                String result = world.tell(step, names);
                if (step.name() != null) {
                    names.put(step.name(), result);
                }
                outcome = step.result() == null ? "" : "= " + result;
            } catch (World.Refused refused) {
                outcome = "! " + refused.refusal();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(where, e);
            }
            String expected =
                    step.refusal() != null
                            ? "! " + step.refusal()
                            : step.result() == null ? "" : "= " + step.result();
            assertThat(outcome).as(where).isEqualTo(expected);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
