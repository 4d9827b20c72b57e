package dev.directmsi.conformance;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes an operation of a script's line, as a recording would have it: `OPERATION input=value …
/// as=name -> ERRNO output=value …`. Without an errno it succeeds; outputs that the line does not
/// name may be anything.
final class ScriptedOperation {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// What is no field of a structure.
    private static final Set<String> ASIDE =
            Set.of("as", "ctx", "tail", "cmdptr", "at_end", "ioctl_nr");

    private static final Set<String> TEXTS = Set.of("path", "bdf", "tail", "as", "ctx");

    private final Values values;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final Map<String, Object> in = new LinkedHashMap<>();
    private final Map<String, Object> symbols = new LinkedHashMap<>();
    private final Map<String, Object> out = new LinkedHashMap<>();

    private ScriptedOperation(Values values) {
        this.values = values;
    }

    static Operation of(ScriptText.Line line, Values values) {
        String[] sides = line.text().split(" -> ", 2);
        ScriptedOperation made = new ScriptedOperation(values);
        String kind = line.word(0);
        made.json.put("op", kind);
        Stream.of(sides[0].split(" +", -1)).skip(1).forEach(part -> made.input(kind, part));
        StructureDefaults.complete(kind, made.in);
        StructureDefaults.descriptor(kind)
                .ifPresent(name -> made.out.put(name, values.nextDescriptor()));
        if (sides.length > 1) {
            Stream.of(sides[1].split(" +", -1)).forEach(made::expected);
        }
        made.json.put("in", made.in);
        made.json.put("sym", made.symbols);
        made.json.put("out", made.out);
        return new Operation(line.number(), JSON.valueToTree(made.json));
    }

    private void input(String kind, String part) {
        String name = part.substring(0, part.indexOf('='));
        String value = part.substring(name.length() + 1);
        if (value.contains("$")) {
            symbols.put(name, value);
        }
        boolean aside = ASIDE.contains(name) && !(name.equals("ctx") && kind.startsWith("SYS_"));
        boolean pointer = kind.equals("HWPT_GET_DIRTY_BITMAP") && name.equals("data");
        (aside ? json : in).put(name, inputOf(pointer ? "" : name, value));
        if (name.equals("data") && value.contains(":")) {
            String bits = value.substring(1, value.indexOf(':'));
            in.put("data_width", Long.parseLong(bits) / Byte.SIZE);
        }
    }

    private Object inputOf(String name, String value) {
        return switch (name) {
            case String text when TEXTS.contains(text) -> value;
            case "caps" -> List.of(value.split(",", -1));
            case "data", "bits" -> numbers(value.replaceFirst("^u\\d+:", ""));
            case "ranges" -> ranges(value);
            case "fds" -> 0;
            default -> Operation.hex(values.of(value));
        };
    }

    private List<String> numbers(String list) {
        return list.isEmpty()
                ? List.of()
                : Stream.of(list.split(",", -1))
                        .flatMap(this::several)
                        .map(Operation::hex)
                        .toList();
    }

    /// `4`, `0*3` for 0, 0, 0, or `0..6/2` for 0, 2, 4, 6.
    private Stream<Long> several(String words) {
        if (words.contains("*")) {
            String[] times = words.split("\\*", -1);
            return Stream.generate(() -> values.of(times[0])).limit(Long.parseLong(times[1]));
        }
        if (words.contains("..")) {
            String[] bounds = words.split("\\.\\.|/", -1);
            long last = values.of(bounds[1]);
            long step = values.of(bounds[2]);
            return Stream.iterate(values.of(bounds[0]), at -> at <= last, at -> at + step);
        }
        return Stream.of(values.of(words));
    }

    private List<List<String>> ranges(String list) {
        return list.isEmpty()
                ? List.of()
                : Stream.of(list.split(",", -1))
                        .map(range -> Arrays.stream(range.split("\\.\\.", -1)))
                        .map(ends -> ends.map(values::of).map(Operation::hex).toList())
                        .toList();
    }

    private void expected(String part) {
        if (!part.contains("=")) {
            json.put("errno", part);
            return;
        }
        String name = part.substring(0, part.indexOf('='));
        out.put(name, outputOf(name, part.substring(name.length() + 1)));
    }

    /// A list, a number (64-bit ones in hexadecimal, as recordings have them), or words.
    private Object outputOf(String name, String value) {
        if (value.startsWith("[") || value.startsWith("{")) {
            return tree(value);
        }
        if (name.equals("ranges")) {
            return ranges(value);
        }
        if (name.equals("dirty")) {
            return value.isEmpty()
                    ? List.of()
                    : Stream.of(value.split(",", -1)).flatMap(this::several).toList();
        }
        if (value.contains("$")) {
            return values.of(value);
        }
        if (value.contains("+")) {
            return Operation.hex(values.of(value));
        }
        if (value.matches("true|false")) {
            return Boolean.valueOf(value);
        }
        return value.matches("-?\\d{1,18}") && !name.equals("bytes") && !name.equals("data")
                ? Long.valueOf(value)
                : value;
    }

    private static JsonNode tree(String value) {
        return JSON.readTree(value.replace('\'', '"'));
    }
}
