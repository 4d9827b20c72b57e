package dev.directmsi.conformance;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// One operation of a recording: what was passed to the kernel, and what it answered.
///
/// @param line of the file, from 1
record Operation(int line, JsonNode json) {

    /// Fields that a shorter, older structure does not have: they read as zero.
    private static final Map<String, Integer> OFFSETS =
            Map.of(
                    "HWPT_ALLOC.data_type", 24,
                    "HWPT_ALLOC.data_len", 28,
                    "HWPT_ALLOC.data_uptr", 32,
                    "HWPT_ALLOC.fault_id", 40,
                    "VIOMMU_ALLOC.data_len", 24,
                    "VIOMMU_ALLOC.data_uptr", 32);

    String kind() {
        return json.path("op").asString("");
    }

    /// What later operations call it.
    Optional<String> name() {
        return json.has("as") ? Optional.of(json.path("as").asString()) : Optional.empty();
    }

    /// In which of the process's contexts.
    String context() {
        return json.path("ctx").asString("main");
    }

    boolean has(String field) {
        return json.path("in").has(field);
    }

    JsonNode in(String field) {
        return json.path("in").path(field);
    }

    /// An input as a number, 64-bit unsigned; zero if it has none.
    long number(String field) {
        Integer offset = OFFSETS.get(kind() + "." + field);
        return offset != null && offset >= in("size").asLong(Long.MAX_VALUE)
                ? 0
                : numberOf(in(field));
    }

    /// An input as the service writes 64-bit values.
    String hex(String field) {
        return hex(number(field));
    }

    /// How the script wrote an input, where it named an earlier operation or a buffer.
    String symbol(String field) {
        return json.path("sym").path(field).asString("");
    }

    /// Words of a payload, each of `data_width` bytes.
    Stream<Long> words(String field) {
        return in(field).valueStream().map(Operation::numberOf);
    }

    boolean succeeded() {
        return errno().isEmpty();
    }

    Optional<String> errno() {
        JsonNode errno = json.path("errno");
        return errno.isString() ? Optional.of(errno.asString()) : Optional.empty();
    }

    /// What the kernel answered.
    JsonNode out() {
        return json.path("out");
    }

    long out(String field) {
        return numberOf(out().path(field));
    }

    static long numberOf(JsonNode value) {
        if (value.isNumber()) {
            return value.longValue();
        }
        String text = value.asString("0x0");
        return text.startsWith("0x")
                ? Long.parseUnsignedLong(text.substring(2), 16)
                : Long.parseLong(text);
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
