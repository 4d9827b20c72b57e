package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.object.Mapping;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The interval map behind an IOAS. All stage-2 copies read it; it exists once.
 *
 * <p>A B+-tree: nothing takes longer than the logarithm of the size. A million mappings take some
 * 40 bytes each, in a few thousand arrays that the collector need not look into; as records in a
 * {@code TreeMap} they took five times as much, in eight million objects.
 */
final class MappingTable implements Mappings {

    private MappingNode root = new MappingLeaf(this);
    private int size;
    private int inaccessible;

    /** How many mappings have a power of two as their alignment, by its exponent. */
    private final int[] alignments;

    private int changes;

    MappingTable() {
        alignments = new int[Long.SIZE + 1];
    }

    /** The same mappings; what is added here is not seen there. */
    private MappingTable(MappingTable other) {
        root = other.root;
        size = other.size;
        inaccessible = other.inaccessible;
        alignments = other.alignments.clone();
    }

    void add(Mapping mapping) {
        if (firstIn(mapping.range()).isPresent()) {
            throw new IllegalStateException("two mappings in " + mapping.range());
        }
        root = root.of(this);
        MappingNode upper = root.add(mapping);
        if (upper != null) {
            root = MappingBranch.over(this, root, upper);
        }
        count(mapping, 1);
    }

    void remove(Mapping mapping) {
        if (!firstIn(mapping.range()).equals(Optional.of(mapping))) {
            throw new IllegalStateException("no such mapping " + mapping);
        }
        root = root.of(this);
        root.remove(mapping.first());
        if (root instanceof MappingBranch branch && branch.size == 1) {
            root = branch.only();
        }
        count(mapping, -1);
    }

    private void count(Mapping mapping, int one) {
        size += one;
        changes++;
        if (mapping.access() == Access.NONE) {
            inaccessible += one;
        }
        alignments[
                        Long.numberOfTrailingZeros(
                                mapping.first() | mapping.length() | mapping.backing().start())] +=
                one;
    }

    @Override
    public Draft draft() {
        var copy = new MappingTable(this);
        return new Draft() {
            @Override
            public Mappings mappings() {
                return copy;
            }

            @Override
            public void add(Mapping mapping) {
                copy.add(mapping);
            }
        };
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean areAligned(long alignment) {
        for (int shift = 0; shift < Long.numberOfTrailingZeros(alignment); shift++) {
            if (alignments[shift] > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean areAccessible() {
        return inaccessible == 0;
    }

    @Override
    public Optional<Mapping> at(long iova) {
        return firstFrom(iova, iova);
    }

    @Override
    public Optional<Mapping> firstIn(AddressRange range) {
        return firstFrom(range.first(), range.last());
    }

    private Optional<Mapping> firstFrom(long first, long last) {
        MappingLeaf leaf = leaf(first);
        if (leaf == null) {
            return Optional.empty();
        }
        int index = leaf.index(first);
        return Long.compareUnsigned(leaf.first(index), last) <= 0
                ? Optional.of(leaf.get(index))
                : Optional.empty();
    }

    /** The leaf with the lowest mapping that ends at {@code address} or above. */
    private @Nullable MappingLeaf leaf(long address) {
        return size == 0 || Long.compareUnsigned(root.last(), address) < 0
                ? null
                : root.leaf(address);
    }

    @Override
    public Iterable<Mapping> in(AddressRange range) {
        return () -> new Walk(range);
    }

    @Override
    public Optional<AddressRange> hole(AddressRange window, long length, long align) {
        return Optional.ofNullable(lowestHole(window, length, align));
    }

    private @Nullable AddressRange lowestHole(AddressRange window, long length, long align) {
        if (size == 0) {
            return MappingNode.fitting(AddressRange.ALL, window, length, align);
        }
        // Below 0 and above the last address there is one more of each.
        AddressRange below = MappingNode.between(-1, root.first(), window, length, align);
        if (below != null) {
            return below;
        }
        AddressRange inside = root.hasRoom(length, align) ? root.hole(window, length, align) : null;
        return inside != null ? inside : MappingNode.between(root.last(), 0, window, length, align);
    }

    /** Goes up from leaf to leaf. */
    private final class Walk implements Iterator<Mapping> {

        private final long end;
        private final int expected = changes;
        private @Nullable MappingLeaf leaf;
        private int index;

        Walk(AddressRange range) {
            end = range.last();
            go(range.first());
        }

        private void go(long address) {
            leaf = leaf(address);
            index = leaf == null ? 0 : leaf.index(address);
            stopAtEnd();
        }

        private void stopAtEnd() {
            if (leaf != null && Long.compareUnsigned(leaf.first(index), end) > 0) {
                leaf = null;
            }
        }

        @Override
        public boolean hasNext() {
            return leaf != null;
        }

        @Override
        public Mapping next() {
            if (leaf == null) {
                throw new NoSuchElementException();
            }
            if (expected != changes) {
                throw new ConcurrentModificationException();
            }
            Mapping mapping = leaf.get(index);
            index++;
            if (index < leaf.size) {
                stopAtEnd();
            } else if (mapping.last() == -1) {
                leaf = null;
            } else {
                go(mapping.last() + 1);
            }
            return mapping;
        }
    }
}
