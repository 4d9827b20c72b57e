package dev.directmsi.conformance;

import java.util.Set;

/// Where the service differs from Linux on purpose: rows of the README's table. What one of them
/// changes is known by the kind of operation, from the moment that brings it about.
enum Deliberate {
    FAILED_REPLACE(
            "a failed replace within one IOAS",
            "a replace within one IOAS that fails drops the reserved regions in Linux; here they"
                    + " stay (from then on until the device is detached or closed)",
            Set.of(
                    "IOAS_IOVA_RANGES",
                    "IOAS_ALLOW_IOVAS",
                    "IOAS_MAP",
                    "IOAS_UNMAP",
                    "VFIO_SET_IRQS",
                    "PCI_RD",
                    "EVENTFD_READ")),
    LEAKED_EVENT_IDS(
            "SET_IRQS that fails",
            "SET_IRQS of a device that is not attached breaks its interrupts until a reboot in"
                    + " Linux; here it takes nothing (from then on, for interrupts of the host)",
            Set.of("VFIO_SET_IRQS", "PCI_RD", "EVENTFD_READ", "SYS_READ_VEVENT", "SYS_PREAD"));

    private final String row;
    private final String reason;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<String> kinds;

    Deliberate(String row, String reason, Set<String> kinds) {
        this.row = row;
        this.reason = reason;
        this.kinds = kinds;
    }

    /// First column of the README's row.
    String row() {
        return row;
    }

    String reason() {
        return reason;
    }

    boolean concerns(Operation operation) {
        return kinds.contains(operation.kind());
    }
}
