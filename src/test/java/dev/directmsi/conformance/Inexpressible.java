package dev.directmsi.conformance;

/// What a process can say to a kernel and a client cannot say over HTTP. Each is decided from an
/// operation's inputs, never from what was answered.
enum Inexpressible {
    STRUCTURE_SIZE(
            "`size` below the structure's minimum, or `tail` bytes beyond it: a JSON body has no"
                    + " size. A size within the rules is replayed, shorter ones with zeros."),
    STRUCTURE_POINTER("`cmdptr`, and `at_end` that cuts the structure: a body is never unreadable"),
    IOCTL_NUMBER("`ioctl_nr`, the structure of one operation passed to another"),
    RESERVED_FIELD(
            "a `__reserved*` field that the kernel checks is not zero: it is no property. Those"
                    + " which the kernel ignores are ignored here."),
    POINTER(
            "a pointer to an array or buffer that leads to no memory: arrays are part of body and"
                    + " answer"),
    HANDLE(
            "a file descriptor that is no open handle of the right kind: handles are ids in the"
                    + " path, and a wrong one is another operation's"),
    SELECTOR(
            "an unknown `op` or `option_id`, or an object for an option that has none: they are"
                    + " path and method"),
    BYTE_COUNT(
            "`read` or `write` of a queue with a count of bytes that is not that of whole records:"
                    + " HTTP counts records"),
    ENTRY_LENGTH("array elements of no bytes: an array of nothing has no length"),
    VFIO_STRUCTURE(
            "`argsz` and `flags` of VFIO structures other than those that HTTP says by path and"
                    + " method"),
    PROCESS_ONLY(
            "what concerns the process alone: opening a device file, event file descriptors,"
                    + " waiting, where a PCI capability is"),
    OTHER_PROCESS(
            "what a second process does, or memory of one that has gone or shares it copy-on-write:"
                    + " a context has one process"),
    CONFIGURATION_SPACE(
            "configuration space and registers of a device, except what makes it interrupt, access"
                    + " memory, or master the bus: a model of PCI is not part of the service");

    private final String rule;

    Inexpressible(String rule) {
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
