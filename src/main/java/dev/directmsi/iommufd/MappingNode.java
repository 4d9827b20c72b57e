package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Mapping;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree behind {@link MappingTable}: mappings that follow each other, and the holes
 * between them. Addresses are unsigned.
 *
 * <p>A node belongs to the table that made it. Another one that shares it makes a copy before it
 * writes, see {@link #of}.
 */
abstract sealed class MappingNode permits MappingLeaf, MappingBranch {

    /** Alignments that the holes are measured for: any, then 2^12 to 2^29. */
    private static final int ALIGNMENTS = 19;

    private static final int SMALLEST_SHIFT = 12;

    /** As many values lie in one or two lines of the cache: to guess among them gains nothing. */
    private static final int EVEN = 8;

    final MappingTable owner;

    /** How many mappings or nodes are right below. */
    int size;

    /** Largest length that fits into one of the holes, by alignment; only the bits of known. */
    private final long[] room = new long[ALIGNMENTS];

    private int known;

    MappingNode(MappingTable owner) {
        this.owner = owner;
    }

    abstract int capacity();

    /** The lowest IOVA; there is one. */
    abstract long first();

    /** The highest IOVA; there is one. */
    abstract long last();

    /** The leaf with the lowest mapping that ends at {@code address} or above; there is one. */
    abstract MappingLeaf leaf(long address);

    /** Adds a mapping; answers the upper half when the node was full and had to be split. */
    abstract @Nullable MappingNode add(Mapping mapping);

    /** Removes the mapping that begins at {@code first}; there is one. */
    abstract void remove(long first);

    /** Takes over everything of {@code right}, the next node on the same level. */
    abstract void append(MappingNode right);

    /** The same node for {@code table} to write to. */
    final MappingNode of(MappingTable table) {
        return owner == table ? this : copy(table);
    }

    abstract MappingNode copy(MappingTable table);

    /**
     * The lowest hole between two of the mappings here, as far as it is inside {@code window}, into
     * which {@code length} bytes fit at a multiple of {@code align}.
     */
    abstract @Nullable AddressRange hole(AddressRange window, long length, long align);

    /** The largest length that fits into one of the holes at an alignment. */
    abstract long measure(int alignment);

    /** To be called after every change. */
    final void forgetRoom() {
        known = 0;
    }

    /** Whether some hole may take {@code length} bytes; exact from an alignment of 2^12 on. */
    final boolean hasRoom(long length, long align) {
        int shift = Math.min(Long.numberOfTrailingZeros(align), SMALLEST_SHIFT + ALIGNMENTS - 2);
        int index = Math.max(0, shift - SMALLEST_SHIFT + 1);
        return Long.compareUnsigned(room(index), length) >= 0;
    }

    final long room(int alignment) {
        if ((known >>> alignment & 1) == 0) {
            room[alignment] = measure(alignment);
            known |= 1 << alignment;
        }
        return room[alignment];
    }

    static long bytes(int alignment) {
        return alignment == 0 ? 1 : 1L << (alignment + SMALLEST_SHIFT - 1);
    }

    /** Bytes from the lowest multiple of {@code align} in a hole to its end, 0 if there is none. */
    static long room(long first, long last, long align) {
        long start = first + align - 1 & -align;
        return Long.compareUnsigned(start, first) < 0 || Long.compareUnsigned(start, last) > 0
                ? 0
                : last - start + 1;
    }

    /**
     * What is inside {@code window} of the hole after {@code below} and before {@code above}, if
     * {@code length} bytes fit there.
     */
    static @Nullable AddressRange between(
            long below, long above, AddressRange window, long length, long align) {
        return below + 1 == above
                ? null
                : fitting(new AddressRange(below + 1, above - 1), window, length, align);
    }

    static @Nullable AddressRange fitting(
            AddressRange hole, AddressRange window, long length, long align) {
        AddressRange inside = hole.intersection(window);
        return inside != null && fits(inside, length, align) ? inside : null;
    }

    private static boolean fits(AddressRange hole, long length, long align) {
        long start = hole.first() + align - 1 & -align;
        return hole.contains(start) && Long.compareUnsigned(hole.last() - start, length - 1) >= 0;
    }

    static long larger(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    /**
     * The first of {@code size} ascending values that is at least {@code value}, or size.
     *
     * <p>Looks first where it would be if the distances were all the same, as they mostly are where
     * a guest's memory is mapped page by page: of many leaves each probe waits for memory.
     */
    static int atLeast(long[] values, int size, long value) {
        int low = 0;
        int high = size;
        if (size > EVEN) {
            int guess = guess(values, size, value);
            if (Long.compareUnsigned(values[guess], value) < 0) {
                low = guess + 1;
            } else if (guess == 0 || Long.compareUnsigned(values[guess - 1], value) < 0) {
                return guess;
            } else {
                high = guess - 1;
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(values[middle], value) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The place of {@code value} among evenly spaced values. */
    private static int guess(long[] values, int size, long value) {
        long span = values[size - 1] - values[0];
        long distance = value - values[0];
        if (Long.compareUnsigned(value, values[0]) <= 0) {
            return 0;
        }
        return span <= 0 || Long.compareUnsigned(distance, span) >= 0
                ? size - 1
                : (int) Math.ceil((double) distance / span * (size - 1));
    }
}
