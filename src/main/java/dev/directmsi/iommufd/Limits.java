package dev.directmsi.iommufd;

/**
 * Everything has a limit. Those of the kernel carry its name; the others keep answers and memory
 * bounded.
 */
public final class Limits {

    private Limits() {}

    /** Objects of one context. The kernel allows 2^31 − 1. */
    public static final int OBJECTS = 65_536;

    /** Mappings of one context. */
    public static final int MAPPINGS = 4_000_000;

    /** Mappings of one batch. */
    public static final int BATCH = 10_000;

    /** Allowed ranges of one IOAS, and entries of one such request. */
    public static final int ALLOWED_RANGES = 4_096;

    /** Pins of one access. */
    public static final int PINS = 4_096;

    /** Memory regions of one context. */
    public static final int REGIONS = 1_024;

    /** Bytes of one memory region: 16 TiB, all of it sparse. */
    public static final long REGION_BYTES = 1L << 44;

    /** Files of one context. */
    public static final int FILES = 256;

    /** Bytes of a file's name (kernel: MFD_NAME_MAX_LEN). */
    public static final int FILE_NAME = 249;

    /** Written 4 KiB pages of one context: 256 MiB. */
    public static final int PAGES = 65_536;

    /** Bytes of one memory write or read, and of one DMA. */
    public static final int TRANSFER_BYTES = 1 << 20;

    /** Invalidation commands of one request (kernel: 2^19 entries). */
    public static final int INVALIDATIONS = 1 << 19;

    /** Depth of a vEVENTQ (kernel: 2^19). */
    public static final int VEVENTQ_DEPTH = 1 << 19;

    /** Dirty pages of one page table. */
    public static final int DIRTY_PAGES = 1 << 20;

    /** Bytes of one dirty bitmap. */
    public static final int DIRTY_BITMAP_BYTES = 16 << 20;

    /** Page requests in one fault queue, read ones included. */
    public static final int PAGE_FAULTS = 65_536;

    /** Stage-2 faults kept per context. */
    public static final int STAGE2_FAULTS = 1_000;

    /**
     * Single TLB invalidations that one answer lists before it invalidates a whole VMID instead.
     */
    public static final int LISTED_INVALIDATIONS = 16;
}
