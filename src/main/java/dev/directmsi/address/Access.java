package dev.directmsi.address;

/**
 * What an access does, or what a mapping permits: {@code IOMMU_IOAS_MAP_READABLE}, {@code
 * …_WRITEABLE}.
 */
public enum Access {
    /** Neither; only the VFIO type-1 compatibility commands can make such a mapping. */
    NONE(false, false),
    READ(true, false),
    WRITE(false, true),
    READ_WRITE(true, true);

    private final boolean reads;
    private final boolean writes;

    Access(boolean reads, boolean writes) {
        this.reads = reads;
        this.writes = writes;
    }

    public static Access of(boolean reads, boolean writes) {
        return reads ? (writes ? READ_WRITE : READ) : (writes ? WRITE : NONE);
    }

    public boolean reads() {
        return reads;
    }

    public boolean writes() {
        return writes;
    }

    /** Whether everything that {@code wanted} does is permitted here. */
    public boolean permits(Access wanted) {
        return (reads || !wanted.reads) && (writes || !wanted.writes);
    }
}
