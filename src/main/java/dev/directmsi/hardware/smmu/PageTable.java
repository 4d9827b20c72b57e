package dev.directmsi.hardware.smmu;

import java.util.Optional;

/**
 * A translation table that the host owns, of either stage, as a walk sees it: a view on whatever
 * holds the mappings. It has leaves and no table memory; descriptors are computed when asked for.
 */
public interface PageTable {

    /** Input size in bits; a higher address has no leaf and is a translation fault. */
    int inputBits();

    /** The translation granule in bytes. */
    long granule();

    /** The leaf that translates {@code input}, an unsigned 64-bit address. */
    Optional<Leaf> lookup(long input);

    /**
     * A leaf: a page or a block.
     *
     * @param inputBase first input address it translates
     * @param size bytes it translates: a page or a block of the granule
     * @param level lookup level of the descriptor, 0 to 3
     * @param descriptor VMSAv8-64 leaf descriptor of the table's stage
     */
    record Leaf(long inputBase, long size, int level, long descriptor) {}
}
