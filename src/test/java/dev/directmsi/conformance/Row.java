package dev.directmsi.conformance;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a part of a script is about: rows of the reference's checklist, or a rule beyond it.
///
/// @param line where the script names it
/// @param numbers of the checklist's rows; none for another rule
/// @param extent how much of them HTTP can say
/// @param why the rest cannot be said; absent if there is none
record Row(int line, Set<String> numbers, Extent extent, @Nullable Inexpressible why) {

    private static final int COUNT = 255;
    private static final int EXTRA = 30;

    /// What only prepares.
    static final Row SETUP = new Row(0, Set.of(), Extent.ALL, null);

    enum Extent {
        ALL,
        PARTLY,
        NOT
    }

    /// Reads `row 38`, `row 101-103`, `row 9 partly STRUCTURE_SIZE`, `row 34 not PROCESS_ONLY`,
    /// `rule …`, `setup`.
    static Row of(ScriptText.Line line) {
        if (!line.word(0).equals("row")) {
            return new Row(line.number(), Set.of(), Extent.ALL, null);
        }
        Set<String> numbers = new TreeSet<>();
        for (String part : line.word(1).split(",", -1)) {
            String[] ends = part.replace("X", "").split("-", -1);
            IntStream.rangeClosed(
                            Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .mapToObj(number -> (part.startsWith("X") ? "X" : "") + number)
                    .forEach(numbers::add);
        }
        return switch (line.word(2)) {
            case "partly" ->
                    new Row(
                            line.number(),
                            numbers,
                            Extent.PARTLY,
                            Inexpressible.valueOf(line.word(3)));
            case "not" ->
                    new Row(
                            line.number(),
                            numbers,
                            Extent.NOT,
                            Inexpressible.valueOf(line.word(3)));
            default -> new Row(line.number(), numbers, Extent.ALL, null);
        };
    }

    /// All rows that the reference has.
    static Stream<String> all() {
        return Stream.concat(
                IntStream.rangeClosed(1, COUNT).mapToObj(Integer::toString),
                IntStream.rangeClosed(1, EXTRA).mapToObj(number -> "X" + number));
    }
}
