package dev.directmsi.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A recording: one process, from opening `/dev/iommu` to its end.
///
/// @param header machine and buffers of the process
record Trace(String name, JsonNode header, List<Operation> operations) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Buffers of a recording that does not name its own: where all have them.
    private static final Map<String, List<String>> BUFFERS =
            Map.of(
                    "buf", List.of("0x100000000", "0x1000000"),
                    "ro", List.of("0x110000000", "0x100000"),
                    "huge", List.of("0x120000000", "0x400000"),
                    "none", List.of("0x130000000", "0x0"),
                    "file", List.of("0x140000000", "0x400000"));

    /// All recordings below a directory, by name.
    static List<Trace> below(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "no directory of recordings: " + directory.toAbsolutePath());
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Trace> read(Path file) {
        try {
            // Bytes that are no text make a line that nobody understands.
            return of(
                    file.toString(), new String(Files.readAllBytes(file), UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /// The recordings of a file: each header begins another. A line that cannot be read is an
    /// operation that nobody knows, so that it is a difference and not an omission.
    static List<Trace> of(String file, List<String> lines) {
        List<Trace> traces = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            JsonNode line = parsed(lines.get(i));
            boolean header = line.has("trace") && !line.has("op");
            if (header || traces.isEmpty()) {
                operations = new ArrayList<>();
                JsonNode head = header ? line : JSON.createObjectNode();
                traces.add(new Trace(head.path("trace").asString(file), head, operations));
            }
            if (!header) {
                operations.add(new Operation(i + 1, line));
            }
        }
        if (traces.isEmpty()) {
            JsonNode nothing = JSON.createObjectNode();
            traces.add(new Trace(file, nothing, List.of(new Operation(1, nothing))));
        }
        return traces;
    }

    private static JsonNode parsed(String line) {
        try {
            JsonNode parsed = JSON.readTree(line);
            return parsed.isObject() ? parsed : JSON.createObjectNode();
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    /// The host on which it is replayed. The recordings of arm64 do not say with which firmware the
    /// machine was booted, except by their names: with a device tree, which cannot claim CANWBS.
    String preset() {
        return switch (header.path("machine")
                .asString(name.contains("arm") ? "aarch64" : "x86_64")) {
            case "aarch64" -> name.startsWith("dt_") ? "qemu-arm64-dt" : "qemu-arm64";
            case "x86_64" -> "linux-selftest";
            default -> throw new IllegalStateException("no host is like " + header);
        };
    }

    /// First address and length of a buffer of the process.
    long[] buffer(String buffer) {
        JsonNode range = header.path("bufs").path(buffer);
        if (range.size() != 2) {
            range = JSON.valueToTree(BUFFERS.getOrDefault(buffer, List.of("0x0", "0x0")));
        }
        return new long[] {Operation.numberOf(range.path(0)), Operation.numberOf(range.path(1))};
    }
}
