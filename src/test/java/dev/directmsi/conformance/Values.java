package dev.directmsi.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The values that a script's words stand for: sums of numbers, buffers and outputs of earlier
/// operations.
final class Values {

    private static final Pattern TERM = Pattern.compile("([+-]?)([^+-]+)");
    private static final long FIRST_DESCRIPTOR = 5;
    private static final long CONTEXT = 4;
    private static final long MEMORY_FILE = 60;

    private final Trace trace;
    private final Map<String, Map<String, Long>> named = new HashMap<>();
    private long descriptor = FIRST_DESCRIPTOR;

    Values(Trace trace) {
        this.trace = trace;
    }

    long nextDescriptor() {
        return descriptor++;
    }

    long of(String words) {
        long sum = 0;
        Matcher terms = TERM.matcher(words);
        while (terms.find()) {
            long term = term(terms.group(2));
            sum += terms.group(1).equals("-") ? -term : term;
        }
        return sum;
    }

    private long term(String term) {
        if (term.startsWith("0x")) {
            return Long.parseUnsignedLong(term.substring(2), 16);
        }
        if (!term.startsWith("$")) {
            return Long.parseUnsignedLong(term);
        }
        int dot = term.indexOf('.');
        if (dot > 0) {
            return named.getOrDefault(term.substring(1, dot), Map.of())
                    .getOrDefault(term.substring(dot + 1), 0L);
        }
        return switch (term) {
            case "$memfd" -> MEMORY_FILE;
            case String context when context.startsWith("$ctx:") -> CONTEXT;
            default -> trace.buffer(term.substring(1))[0];
        };
    }

    /// Keeps what an operation gave, for those who name it.
    void keep(Operation operation, Result result) {
        operation
                .name()
                .ifPresent(name -> {
                    Map<String, Long> fields = new HashMap<>();
                    operation
                            .json()
                            .path("in")
                            .properties()
                            .forEach(field -> {
                                keep(fields, field.getKey(), field.getValue());
                            });
                    operation
                            .out()
                            .properties()
                            .forEach(field -> {
                                keep(fields, field.getKey(), field.getValue());
                            });
                    if (!result.succeeded() && result.inexpressible() == null) {
                        fields.keySet().removeIf(field -> field.startsWith("out_"));
                    }
                    result.out().forEach((field, value) -> keep(fields, field, value));
                    named.put(name, fields);
                });
    }

    private static void keep(Map<String, Long> fields, String name, Object value) {
        switch (value) {
            case JsonNode node when node.isArray() -> keepAll(fields, name, node);
            case JsonNode node when node.isNumber() || node.asString("").startsWith("0x") ->
                    fields.put(name, Operation.numberOf(node));
            case Number number -> fields.put(name, number.longValue());
            case Iterable<?> list -> {
                int i = 0;
                for (Object element : list) {
                    keep(fields, name + i++, element);
                }
            }
            case Map<?, ?> fault when fault.containsKey("cookie") ->
                    fields.put(
                            "cookie" + name.replaceAll("\\D", ""),
                            ((Number) java.util.Objects.requireNonNull(fault.get("cookie")))
                                    .longValue());
            case String text when text.startsWith("0x") ->
                    fields.put(name, Long.parseUnsignedLong(text.substring(2), 16));
            default -> {}
        }
    }

    private static void keepAll(Map<String, Long> fields, String name, JsonNode array) {
        for (int i = 0; i < array.size(); i++) {
            keep(fields, name + i, array.get(i));
        }
    }
}
