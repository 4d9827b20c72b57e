package dev.directmsi.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The lines of a script with its abbreviations written out: `define NAME … end` and `use NAME
/// x=VALUE …`; `for x in A B … end` and `for x = FIRST .. LAST by STEP … end`, which replace `{x}`.
final class ScriptText {

    /// A line.
    ///
    /// @param number in the file, from 1
    record Line(int number, String text) {

        String word(int index) {
            String[] words = text.split(" +", -1);
            return index < words.length ? words[index] : "";
        }

        String after(String word) {
            return text.substring(word.length()).strip();
        }
    }

    private final Map<String, List<Line>> defined = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();

    private ScriptText() {}

    static List<Line> of(List<String> file) {
        ScriptText text = new ScriptText();
        List<Line> numbered = new ArrayList<>();
        for (String line : file) {
            numbered.add(
                    new Line(numbered.size() + 1, line.replaceFirst("(^|\\s)#.*", "").strip()));
        }
        numbered.removeIf(line -> line.text().isEmpty());
        text.write(numbered);
        return List.copyOf(text.lines);
    }

    private void write(List<Line> block) {
        for (int i = 0; i < block.size(); i++) {
            Line line = block.get(i);
            switch (line.word(0)) {
                case "define" -> {
                    int end = endOf(block, i);
                    defined.put(line.word(1), block.subList(i + 1, end));
                    i = end;
                }
                case "use" -> write(used(line));
                case "for" -> {
                    int end = endOf(block, i);
                    List<Line> body = block.subList(i + 1, end);
                    values(line).forEach(value -> write(with(body, line.word(1), value)));
                    i = end;
                }
                default -> lines.add(line);
            }
        }
    }

    /// The lines that `use NAME key=value …` stands for.
    private List<Line> used(Line line) {
        List<Line> body = Objects.requireNonNull(defined.get(line.word(1)), line.text());
        for (int i = 2; !line.word(i).isEmpty(); i++) {
            String[] pair = line.word(i).split("=", 2);
            body = with(body, pair[0], pair[1]);
        }
        return body;
    }

    private static int endOf(List<Line> block, int start) {
        int open = 1;
        int at = start;
        while (open > 0) {
            at++;
            if (at == block.size()) {
                throw new IllegalArgumentException("no end of line " + block.get(start));
            }
            open +=
                    switch (block.get(at).word(0)) {
                        case "for", "define" -> 1;
                        case "end" -> -1;
                        default -> 0;
                    };
        }
        return at;
    }

    private static List<Line> with(List<Line> body, String name, String value) {
        return body.stream()
                .map(line -> new Line(line.number(), line.text().replace("{" + name + "}", value)))
                .toList();
    }

    private static List<String> values(Line line) {
        if (line.word(2).equals("in")) {
            return List.of(line.text().split(" +", -1))
                    .subList(3, line.text().split(" +", -1).length);
        }
        long first = Long.decode(line.word(3));
        long last = Long.decode(line.word(5));
        long step = Long.decode(line.word(7));
        return Stream.iterate(first, at -> at <= last, at -> at + step)
                .map(Operation::hex)
                .toList();
    }
}
