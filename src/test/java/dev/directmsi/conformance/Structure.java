package dev.directmsi.conformance;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the kernel checks before it looks at the meaning of a structure.
final class Structure {

    private static final Map<String, Integer> SIZES =
            Map.ofEntries(
                    Map.entry("DESTROY", 8),
                    Map.entry("IOAS_ALLOC", 12),
                    Map.entry("IOAS_ALLOW_IOVAS", 24),
                    Map.entry("IOAS_COPY", 40),
                    Map.entry("IOAS_IOVA_RANGES", 32),
                    Map.entry("IOAS_MAP", 40),
                    Map.entry("IOAS_UNMAP", 24),
                    Map.entry("OPTION", 24),
                    Map.entry("VFIO_IOAS", 12),
                    Map.entry("HWPT_ALLOC", 24),
                    Map.entry("GET_HW_INFO", 32),
                    Map.entry("HWPT_SET_DIRTY_TRACKING", 16),
                    Map.entry("HWPT_GET_DIRTY_BITMAP", 48),
                    Map.entry("HWPT_INVALIDATE", 32),
                    Map.entry("FAULT_QUEUE_ALLOC", 16),
                    Map.entry("IOAS_MAP_FILE", 40),
                    Map.entry("VIOMMU_ALLOC", 24),
                    Map.entry("VDEVICE_ALLOC", 24),
                    Map.entry("IOAS_CHANGE_PROCESS", 8),
                    Map.entry("VEVENTQ_ALLOC", 28),
                    Map.entry("HW_QUEUE_ALLOC", 40));

    private static final Map<String, Integer> NUMBERS = Map.of("DESTROY", 0x80, "IOAS_ALLOC", 0x81);

    /// Reserved fields that Linux 7.2 does not look at.
    private static final Set<String> UNCHECKED =
            Set.of(
                    "HWPT_ALLOC.__reserved2",
                    "VIOMMU_ALLOC.__reserved",
                    "HWPT_SET_DIRTY_TRACKING.__reserved");

    private static final int HW_INFO_FULL_SIZE = 40;

    private Structure() {}

    /// The size that an operation's structure has at least; 0 if it has none.
    static int leastSize(String kind) {
        return SIZES.getOrDefault(kind, 0);
    }

    /// Why an operation has no request, if its structure is the reason.
    static Optional<Inexpressible> problem(Operation operation) {
        if (operation.json().has("tail") || isShort(operation)) {
            return Optional.of(Inexpressible.STRUCTURE_SIZE);
        }
        if (operation.json().has("cmdptr") || isCut(operation)) {
            return Optional.of(Inexpressible.STRUCTURE_POINTER);
        }
        if (operation.json().has("ioctl_nr")
                && Operation.numberOf(operation.json().path("ioctl_nr"))
                        != NUMBERS.getOrDefault(operation.kind(), -1)) {
            return Optional.of(Inexpressible.IOCTL_NUMBER);
        }
        return hasReserved(operation)
                ? Optional.of(Inexpressible.RESERVED_FIELD)
                : Optional.empty();
    }

    /// Whether the kernel wrote an output where the recording process could not see it: at the edge
    /// of its memory, which shows zeros, or beyond a shorter structure.
    static boolean isUnseen(Operation operation, String output) {
        boolean ofStructure = output.startsWith("out_") || output.equals("val64");
        boolean beyond =
                operation.kind().equals("GET_HW_INFO")
                        && output.equals("out_capabilities")
                        && operation.number("size") < HW_INFO_FULL_SIZE;
        return beyond || (ofStructure && operation.json().has("at_end"));
    }

    private static boolean isShort(Operation operation) {
        Integer least = SIZES.get(operation.kind());
        return least != null && operation.number("size") < least;
    }

    private static boolean isCut(Operation operation) {
        return operation.json().has("at_end")
                && Operation.numberOf(operation.json().path("at_end")) < operation.number("size");
    }

    private static boolean hasReserved(Operation operation) {
        return SIZES.containsKey(operation.kind())
                && operation.json().path("in").properties().stream()
                        .filter(field -> field.getKey().startsWith("__reserved"))
                        .filter(field ->
                                !UNCHECKED.contains(operation.kind() + "." + field.getKey()))
                        .anyMatch(field -> Operation.numberOf(field.getValue()) != 0);
    }
}
