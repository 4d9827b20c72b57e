package dev.directmsi.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A recording: one process, from opening `/dev/iommu` to its end.
///
/// @param header machine and buffers of the process
record Trace(String name, JsonNode header, List<Operation> operations) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// All recordings below a directory, by name.
    static List<Trace> below(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .map(Trace::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Trace read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            JsonNode header = JSON.readTree(lines.getFirst());
            List<Operation> operations = new ArrayList<>(lines.size());
            for (int i = 1; i < lines.size(); i++) {
                operations.add(new Operation(i + 1, JSON.readTree(lines.get(i))));
            }
            return new Trace(header.path("trace").asString(), header, List.copyOf(operations));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /// The host on which it is replayed. The recordings of arm64 do not say with which firmware the
    /// machine was booted, except by their names: with a device tree, which cannot claim CANWBS.
    String preset() {
        return switch (header.path("machine").asString()) {
            case "x86_64" -> "linux-selftest";
            case "aarch64" -> name.startsWith("dt_") ? "qemu-arm64-dt" : "qemu-arm64";
            default -> throw new IllegalStateException("no host is like " + header);
        };
    }

    /// First address and length of a buffer of the process.
    long[] buffer(String buffer) {
        JsonNode range = header.path("bufs").path(buffer);
        return new long[] {Operation.numberOf(range.path(0)), Operation.numberOf(range.path(1))};
    }
}
