package dev.directmsi.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Counts what was replayed, and says what differed.
final class Report {

    /// Differences that a failed test shows; the report has all.
    private static final int SHOWN = 20;

    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<Inexpressible, Integer> inexpressible = new EnumMap<>(Inexpressible.class);
    private final Map<Deliberate, Integer> deliberate = new EnumMap<>(Deliberate.class);
    private final Map<String, String> refusals = new TreeMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /// A kind of operation.
    private static final class Row {
        private int equal;
        private int different;
        private int deliberate;
        private int inexpressible;
    }

    private record Difference(String trace, int line, String kind, String input, String words) {}

    synchronized void equal(Trace trace, Operation operation) {
        row(operation).equal++;
        operation
                .errno()
                .ifPresent(errno ->
                        refusals.merge(
                                operation.kind() + " " + errno,
                                trace.name() + ":" + operation.line(),
                                Report::first));
    }

    /// Whichever was replayed first, the same one is shown.
    private static String first(String one, String other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /// Where operations were refused as the kernel had it, by kind and errno; scripts included.
    synchronized Map<String, String> refusals() {
        var all = new TreeMap<>(refusals);
        ErrnoTable.addScripts(all);
        return all;
    }

    synchronized void inexpressible(Operation operation, Inexpressible why) {
        row(operation).inexpressible++;
        inexpressible.merge(why, 1, Integer::sum);
    }

    synchronized void deliberate(Operation operation, Deliberate why) {
        row(operation).deliberate++;
        deliberate.merge(why, 1, Integer::sum);
    }

    synchronized void different(Trace trace, Operation operation, List<String> words) {
        row(operation).different++;
        String input = operation.json().path("in").toString();
        differences.add(
                new Difference(
                        trace.name(),
                        operation.line(),
                        operation.kind(),
                        input.length() > 400 ? input.substring(0, 400) + "…" : input,
                        String.join("; ", words)));
    }

    /// A recording that could not be replayed at all, or an operation after which the replay could
    /// not find its way.
    synchronized void failed(String where, Throwable failure) {
        failures.add(where + ": " + failure);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    private Row row(Operation operation) {
        return rows.computeIfAbsent(operation.kind(), _ -> new Row());
    }

    /// What differs, each in a line: the first of them, which tell more than a thousand do.
    synchronized List<String> differences() {
        return differencesByKind().stream().limit(SHOWN).toList();
    }

    synchronized String summary() {
        return "%d operations: %d equal, %d different, %d different on purpose, %d not expressible"
                .formatted(
                        sum(row -> row.equal + row.different + row.deliberate + row.inexpressible),
                        sum(row -> row.equal),
                        sum(row -> row.different),
                        sum(row -> row.deliberate),
                        sum(row -> row.inexpressible));
    }

    private int sum(java.util.function.ToIntFunction<Row> count) {
        return rows.values().stream().mapToInt(count).sum();
    }

    synchronized void write(Path file) {
        List<String> lines = new ArrayList<>();
        lines.add("# Conformance with recordings of Linux 7.2.13");
        lines.add("");
        lines.add(summary() + ".");
        lines.add("");
        lines.add("| operation | equal | different | on purpose | not expressible |");
        lines.add("|---|---:|---:|---:|---:|");
        rows.forEach((kind, row) ->
                lines.add(
                        "| %s | %d | %d | %d | %d |"
                                .formatted(
                                        kind,
                                        row.equal,
                                        row.different,
                                        row.deliberate,
                                        row.inexpressible)));
        lines.add("");
        lines.add("## Not expressible over HTTP");
        lines.add("");
        lines.add("| rule | operations | what |");
        lines.add("|---|---:|---|");
        for (Inexpressible rule : Inexpressible.values()) {
            lines.add(
                    "| %s | %d | %s |"
                            .formatted(rule, inexpressible.getOrDefault(rule, 0), rule.rule()));
        }
        lines.add("");
        lines.add("## Different on purpose");
        lines.add("");
        lines.add("| difference | operations | why |");
        lines.add("|---|---:|---|");
        for (Deliberate why : Deliberate.values()) {
            lines.add(
                    "| %s | %d | %s |"
                            .formatted(why, deliberate.getOrDefault(why, 0), why.reason()));
        }
        lines.add("");
        if (!failures.isEmpty()) {
            lines.add("## Failures");
            lines.add("");
            failures.forEach(failure -> lines.add("- " + failure.replace('\n', ' ')));
            lines.add("");
        }
        lines.addAll(Checklist.read().lines());
        lines.addAll(ErrnoTable.read().lines(refusals()));
        lines.add("## Differences");
        lines.add("");
        lines.addAll(differencesByKind());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> differencesByKind() {
        return differences.stream()
                .sorted(
                        Comparator.comparing(Difference::kind)
                                .thenComparing(Difference::trace)
                                .thenComparingInt(Difference::line))
                .map(difference ->
                        "- %s `%s:%d` %s: %s"
                                .formatted(
                                        difference.kind(),
                                        difference.trace(),
                                        difference.line(),
                                        difference.words(),
                                        difference.input()))
                .collect(Collectors.toList());
    }
}
