package dev.directmsi.iommufd.object;

import dev.directmsi.address.PhysAddr;
import org.jspecify.annotations.Nullable;

/**
 * A memory file (memfd), or a dma-buf of the test driver: what a file descriptor of
 * IOMMU_IOAS_MAP_FILE leads to.
 *
 * @param name unique in the context
 * @param size bytes, not 0
 * @param sealed against writing; not checked when it is mapped, as in the kernel
 * @param physical where it lies in the host's RAM, contiguous
 * @param dmaBuf what its exporter says if it is a dma-buf, null for a memory file
 */
public record MemoryFile(
        String name, long size, boolean sealed, PhysAddr physical, @Nullable DmaBuf dmaBuf) {

    /**
     * What the exporter of a dma-buf says.
     *
     * @param revoked whether nobody may map it now
     * @param invalidated {@link Pages#id} below this were mapped before the exporter took its
     *     mappings away last: they lead nowhere, for ever
     */
    public record DmaBuf(boolean revoked, long invalidated) {}

    public MemoryFile {
        if (size == 0) {
            throw new IllegalArgumentException("file " + name + " is empty");
        }
    }

    public MemoryFile(String name, long size, boolean sealed, PhysAddr physical) {
        this(name, size, sealed, physical, null);
    }

    public boolean isDmaBuf() {
        return dmaBuf != null;
    }

    /** Whether the exporter has taken this mapping's memory away. */
    public boolean isRevokedFor(Pages pages) {
        return dmaBuf != null && pages.id() < dmaBuf.invalidated();
    }

    public MemoryFile withDmaBuf(DmaBuf other) {
        return new MemoryFile(name, size, sealed, physical, other);
    }
}
