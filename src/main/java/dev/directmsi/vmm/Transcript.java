package dev.directmsi.vmm;

import dev.directmsi.vmm.client.model.BuildStage1Stage1Mapping;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The printed story: numbered sections of facts, sentences and aligned tables.
final class Transcript {

    private static final String INDENT = "   ";
    private static final int NAME_WIDTH = 14;

    private final PrintStream out;
    private int sections;

    Transcript(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(text);
    }

    void section(String title) {
        out.printf("%n%d  %s%n", ++sections, title);
    }

    /// A sentence.
    void say(String text) {
        out.println(INDENT + text);
    }

    /// A name and what is to be said of it.
    void fact(String name, String text) {
        out.println(INDENT + padded(name, NAME_WIDTH) + text);
    }

    /// What a guest's stage 1 maps.
    void stage1(List<BuildStage1Stage1Mapping> mappings) {
        for (BuildStage1Stage1Mapping mapping : mappings) {
            fact(
                    "stage 1",
                    "VA %s -> IPA %s"
                            .formatted(
                                    Hex.range(mapping.getVa(), mapping.getLength()),
                                    Hex.range(mapping.getIpa(), mapping.getLength())));
        }
    }

    /// Rows of equal length, the first of them the head.
    void table(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            var line = new StringBuilder(INDENT);
            for (int column = 0; column < widths.length; column++) {
                line.append(padded(row.get(column), widths[column] + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /// One line for each write.
    void summary(List<MsiTrace> traces) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(MsiTrace.SUMMARY);
        traces.forEach(trace -> rows.add(trace.summary()));
        table(rows);
    }

    /// The last words, apart from everything above.
    void end(String text) {
        out.printf("%n%s%n", text);
    }

    /// What an answer may leave out.
    static String text(@Nullable Object value) {
        return Objects.requireNonNullElse(value, "-").toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
