package dev.directmsi.iommufd.object;

import java.util.Arrays;

/**
 * A 4 KiB page of the host's RAM that was written at least once; a page never written reads as
 * zeros.
 *
 * @param physical page-aligned physical address
 * @param content 4096 bytes; never modified after construction
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, see equals
public record MemoryPage(long physical, byte[] content) {

    public static final int SIZE = 4096;

    @Override
    public boolean equals(Object other) {
        return other instanceof MemoryPage page
                && page.physical == physical
                && Arrays.equals(page.content, content);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(physical) * 31 + Arrays.hashCode(content);
    }
}
