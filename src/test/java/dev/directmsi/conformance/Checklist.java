package dev.directmsi.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which rows of the reference's checklist the scripts cover; that each is as expressible as its
/// script says is a matter of running it.
///
/// @param rows by number; where several say something of one, the one that covers most
record Checklist(Map<String, Row> rows) {

    static Checklist read() {
        Map<String, Row> rows = new HashMap<>();
        for (Scenario scenario : Scenario.all()) {
            scenario.rows()
                    .forEach(row ->
                            row.numbers()
                                    .forEach(number -> rows.merge(number, row, Checklist::most)));
        }
        return new Checklist(Map.copyOf(rows));
    }

    private static Row most(Row one, Row other) {
        return one.extent().compareTo(other.extent()) <= 0 ? one : other;
    }

    /// Rows that no script names.
    List<String> missing() {
        return Row.all().filter(number -> !rows.containsKey(number)).toList();
    }

    /// How many rows are tested, in whole or in part.
    int covered() {
        return (int) rows.values().stream().filter(row -> row.extent() != Row.Extent.NOT).count();
    }

    /// Rows that HTTP cannot say.
    List<String> unsaid() {
        return numbers(Row.Extent.NOT, null);
    }

    private List<String> numbers(Row.Extent extent, @Nullable Inexpressible why) {
        return Row.all()
                .filter(rows::containsKey)
                .filter(number -> {
                    Row row = Objects.requireNonNull(rows.get(number));
                    return row.extent() == extent && (why == null || row.why() == why);
                })
                .toList();
    }

    /// A section of the report.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("## The reference's checklist");
        lines.add("");
        lines.add(
                "%d of %d rows are scripts over HTTP, %d of them in part; %d cannot be said."
                        .formatted(
                                covered(),
                                Row.all().count(),
                                numbers(Row.Extent.PARTLY, null).size(),
                                unsaid().size()));
        lines.add("");
        lines.add("| rule | rows in part | rows not expressible |");
        lines.add("|---|---|---|");
        for (Inexpressible why : Inexpressible.values()) {
            List<String> part = numbers(Row.Extent.PARTLY, why);
            List<String> not = numbers(Row.Extent.NOT, why);
            if (!part.isEmpty() || !not.isEmpty()) {
                lines.add(
                        "| %s | %s | %s |"
                                .formatted(why, String.join(", ", part), String.join(", ", not)));
            }
        }
        lines.add("");
        return lines;
    }
}
