package dev.directmsi.iommufd.object;

/**
 * Pages of a vIOMMU that the process can map through the context's file descriptor.
 *
 * @param offset where in the descriptor, a multiple of the page size and never 0
 * @param length bytes, whole pages
 * @param word what the mock's page begins with; 0 for hardware
 * @param mappings how often it is mapped; each holds the vIOMMU
 */
public record MmapWindow(long offset, long length, int word, int mappings) {

    public MmapWindow withMappings(int count) {
        return new MmapWindow(offset, length, word, count);
    }
}
