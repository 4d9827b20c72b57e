package dev.directmsi.vmm;

/// Where things are in the guest: the memory map of QEMU's `virt` machine, and what this guest does
/// with its memory.
final class GuestLayout {

    static final String RAM = "0x40000000";
    static final String RAM_LENGTH = "0x10000000";

    /// Where the VMM itself has the guest's memory.
    static final String RAM_IN_VMM = "0x7f0000000000";

    static final String CONTEXT_DESCRIPTORS = "0x40100000";
    static final String STAGE_1_TABLES = "0x40200000";

    /// The ITS that the guest sees, and the page of it that has the doorbell.
    static final String ITS_FRAME = "0x8080000";

    static final String DOORBELL_PAGE = "0x8090000";

    /// The same in a guest whose firmware puts it outside the window, onto memory.
    static final String MOVED_DOORBELL_PAGE = "0x30090000";

    static final String MOVED_CONTEXT_DESCRIPTORS = "0x40110000";
    static final String MOVED_STAGE_1_TABLES = "0x40300000";

    /// Linux's software window for MSI pages, and its last address.
    static final String WINDOW = "0x8000000";

    static final String WINDOW_LAST = "0x80fffff";
    static final String WINDOW_LENGTH = "0x100000";

    static final String PAGE_LENGTH = "0x1000";

    /// The first StreamID of the guest's devices.
    static final long FIRST_VIRTUAL_SID = 0x10;

    private GuestLayout() {}
}
