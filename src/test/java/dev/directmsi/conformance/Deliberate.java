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
            Set.of("VFIO_SET_IRQS", "PCI_RD", "EVENTFD_READ", "SYS_READ_VEVENT", "SYS_PREAD")),
    PINNED_REGION(
            "munmap under a mapping that a page table shows",
            "munmap of memory that is mapped: in Linux the address goes and the pages stay pinned;"
                    + " here the region is its memory, and stays (from then on, for what finds"
                    + " that address)",
            Set.of("SYS_MUNMAP", "IOAS_MAP", "IOAS_COPY", "TEST_ACCESS_RW", "TEST_ACCESS_PAGES")),
    DMA_BUF(
            "a dma-buf",
            "the service has no dma-bufs: a memory file plays one, and has no exporter to refuse"
                    + " (from its making on, for what looks behind a mapping)",
            Set.of(
                    "IOAS_MAP_FILE",
                    "IOAS_CHANGE_PROCESS",
                    "HW_QUEUE_ALLOC",
                    "TEST_ACCESS_RW",
                    "TEST_ACCESS_PAGES"));

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
