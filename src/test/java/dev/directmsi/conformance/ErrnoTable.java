package dev.directmsi.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The reference's table of errnos: for each command, how it can fail, and what shows that it does
/// so here or why nothing can (`src/test/resources/errnos.txt`).
///
/// @param cells in the table's order
record ErrnoTable(List<Cell> cells) {

    private static final Path TABLE = Path.of("src/test/resources/errnos.txt");
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    /// Inputs that a client cannot say, so that a script's line with them shows nothing.
    private static final List<String> STRUCTURE =
            List.of(" size=", " tail=", " cmdptr=", " at_end=", " ioctl_nr=", " __reserved");

    /// One way to fail.
    ///
    /// @param how `by`, `scenario`, `test`, `not` or `never`
    /// @param what the words after it
    record Cell(String command, String errno, String how, String what) {

        /// An operation of this kind that is refused so shows it.
        boolean isShownBy(String kind, String refusal) {
            return how.equals("by")
                    && refusal.equals(errno)
                    && Arrays.asList(what.split(" ", -1)).contains(kind);
        }

        @Override
        public String toString() {
            return command + " " + errno;
        }
    }

    static ErrnoTable read() {
        return of(lines(TABLE));
    }

    static ErrnoTable of(List<String> lines) {
        var cells = new ArrayList<Cell>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split(" \\| ", -1);
            String[] words = columns[2].split(" ", 2);
            for (String errno : columns[1].split(" ", -1)) {
                cells.add(new Cell(columns[0], errno, words[0], words[1]));
            }
        }
        return new ErrnoTable(List.copyOf(cells));
    }

    /// What shows a cell, or says why nothing does; empty if nothing does either.
    ///
    /// @param seen where an operation of some kind was refused with some errno, as `KIND ERRNO`
    Optional<String> evidence(Cell cell, Map<String, String> seen) {
        return switch (cell.how()) {
            case "by" ->
                    Stream.of(cell.what().split(" ", -1))
                            .map(kind -> seen.get(kind + " " + cell.errno()))
                            .filter(java.util.Objects::nonNull)
                            .findFirst();
            case "scenario" ->
                    Optional.of(SCENARIOS.resolve(cell.what() + ".txt"))
                            .filter(file ->
                                    lines(file).stream()
                                            .anyMatch(line -> line.contains("! " + cell.errno())))
                            .map(Path::toString);
            case "test" -> Optional.of(cell.what()).filter(ErrnoTable::isTest);
            case "not" ->
                    Stream.of(Inexpressible.values())
                            .filter(rule -> rule.name().equals(cell.what()))
                            .findFirst()
                            .map(rule -> "not expressible: " + rule);
            case "never" -> Optional.of("cannot happen: " + cell.what());
            default -> Optional.empty();
        };
    }

    /// Cells that nothing shows and nobody explains.
    List<Cell> holes(Map<String, String> seen) {
        return cells.stream().filter(cell -> evidence(cell, seen).isEmpty()).toList();
    }

    /// The refusals that scripts expect, with their lines. A line that is not answered so fails its
    /// own test.
    static void addScripts(Map<String, String> seen) {
        Predicate<Scenario.Step> said =
                step ->
                        step.row().extent() != Row.Extent.NOT
                                && STRUCTURE.stream().noneMatch(step.line().text()::contains);
        for (Scenario scenario : Scenario.all()) {
            scenario.steps().stream()
                    .filter(said)
                    .filter(step -> step.line().text().matches(".* -> E[A-Z0-9]+( .*)?"))
                    .forEach(step -> {
                        String text = step.line().text();
                        String errno = text.replaceFirst(".* -> (E[A-Z0-9]+).*", "$1");
                        seen.putIfAbsent(
                                step.line().word(0) + " " + errno,
                                scenario.name() + ":" + step.line().number());
                    });
        }
    }

    /// A section of the report.
    List<String> lines(Map<String, String> seen) {
        var lines = new ArrayList<String>();
        lines.add("## The reference's errnos by command");
        lines.add("");
        lines.add(
                "%d of %d outcomes are shown; %d have the reason why they cannot be; %d have neither."
                        .formatted(
                                count(seen, "by", "scenario", "test"),
                                cells.size(),
                                count(seen, "not", "never"),
                                holes(seen).size()));
        lines.add("");
        lines.add("| command | errno | shown by, or why not |");
        lines.add("|---|---|---|");
        for (Cell cell : cells) {
            lines.add(
                    "| %s | %s | %s |"
                            .formatted(
                                    cell.command(),
                                    cell.errno(),
                                    evidence(cell, seen).orElse("**nothing**")));
        }
        lines.add("");
        return lines;
    }

    private long count(Map<String, String> seen, String... how) {
        return cells.stream()
                .filter(cell -> Arrays.asList(how).contains(cell.how()))
                .filter(cell -> evidence(cell, seen).isPresent())
                .count();
    }

    private static boolean isTest(String name) {
        String[] parts = name.split("#", 2);
        try {
            return Stream.of(Class.forName(parts[0]).getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals(parts[1]));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
