package dev.directmsi.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Holds a result to the recording.
final class Comparison {

    /// Ids of objects that the operation made.
    static final Set<String> MADE =
            Set.of(
                    "out_ioas_id",
                    "out_hwpt_id",
                    "out_devid",
                    "out_stdev_id",
                    "out_idev_id",
                    "out_fault_id",
                    "out_viommu_id",
                    "out_vdevice_id",
                    "out_veventq_id",
                    "out_hw_queue_id");

    /// Ids of objects that may have been there before.
    private static final Set<String> FOUND = Set.of("pt_id", "ioas_id");

    /// What only the process knows.
    private static final Set<String> LOCAL =
            Set.of(
                    "fd",
                    "out_fault_fd",
                    "out_veventq_fd",
                    "out_access_fd",
                    "argsz",
                    "VFIO_GET_IRQ_INFO.flags",
                    "VFIO_GET_IOMMU_INFO.flags",
                    "VFIO_GET_IOMMU_INFO.cap_offset",
                    "VFIO_GET_IOMMU_INFO.raw");

    private Comparison() {}

    /// What differs, each in a few words; nothing if all is equal.
    static List<String> differences(Operation operation, Result result, Ids ids) {
        String expected = operation.errno().orElse("success");
        String got = Objects.requireNonNullElse(result.errno(), "success");
        if (!expected.equals(got)) {
            return List.of("expected " + expected + ", got " + got);
        }
        return operation.out().properties().stream()
                .filter(output -> !isLocal(operation, output.getKey()))
                .map(output -> difference(output.getKey(), output.getValue(), result, ids))
                .flatMap(Optional::stream)
                .toList();
    }

    /// A system call that failed has no outputs; its wrapper shows -1 and empty lists.
    private static boolean isLocal(Operation operation, String output) {
        return LOCAL.contains(output)
                || LOCAL.contains(operation.kind() + "." + output)
                || (!operation.succeeded()
                        && (operation.kind().startsWith("SYS_") || output.equals("ret")));
    }

    private static Optional<String> difference(
            String name, JsonNode recorded, Result result, Ids ids) {
        Object expected = plain(recorded);
        Object got = plainOf(result.out().get(name));
        boolean same = expected.equals(got);
        if (expected instanceof Long id && got instanceof Long our && result.succeeded()) {
            same |= FOUND.contains(name) && ids.of(id) == our;
            if (MADE.contains(name) || FOUND.contains(name)) {
                ids.bind(id, our);
            }
        }
        return same
                ? Optional.empty()
                : Optional.of(name + ": expected " + shown(expected) + ", got " + shown(got));
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static Object plainOf(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case JsonNode node -> plain(node);
            case Integer number -> number.longValue();
            default -> value;
        };
    }

    /// A value that can be compared: numbers as [Long], arrays as [List], objects as [Map].
    static Object plain(JsonNode node) {
        if (node.isNumber()) {
            return node.longValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isArray()) {
            return node.valueStream().map(Comparison::plain).toList();
        }
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        return node.asString("nothing");
    }
}
