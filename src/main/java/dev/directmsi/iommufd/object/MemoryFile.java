package dev.directmsi.iommufd.object;

import dev.directmsi.address.PhysAddr;

/**
 * A memory file (memfd).
 *
 * @param name unique in the context
 * @param size bytes, not 0
 * @param sealed against writing; not checked when it is mapped, as in the kernel
 * @param physical where it lies in the host's RAM, contiguous
 */
public record MemoryFile(String name, long size, boolean sealed, PhysAddr physical) {

    public MemoryFile {
        if (size == 0) {
            throw new IllegalArgumentException("file " + name + " is empty");
        }
    }
}
