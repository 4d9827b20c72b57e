package dev.directmsi.address;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A set of addresses held as ascending, disjoint ranges; ranges that touch are merged.
 *
 * @param ranges the ranges in ascending order
 */
public record RangeSet(List<AddressRange> ranges) {

    public static final RangeSet EMPTY = new RangeSet(List.of());

    public RangeSet {
        ranges = merge(ranges);
    }

    public static RangeSet of(AddressRange... ranges) {
        return new RangeSet(List.of(ranges));
    }

    private static List<AddressRange> merge(Collection<AddressRange> unordered) {
        var merged = new ArrayList<AddressRange>();
        for (AddressRange next : unordered.stream().sorted().toList()) {
            AddressRange top = merged.isEmpty() ? null : merged.getLast();
            if (top != null
                    && (top.overlaps(next)
                            || (top.last() + 1 == next.first() && next.first() != 0))) {
                merged.set(
                        merged.size() - 1,
                        new AddressRange(
                                top.first(), AddressRange.maxUnsigned(top.last(), next.last())));
            } else {
                merged.add(next);
            }
        }
        return List.copyOf(merged);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public RangeSet with(Collection<AddressRange> more) {
        var all = new ArrayList<>(ranges);
        all.addAll(more);
        return new RangeSet(all);
    }

    /** The lowest range that shares an address with {@code range}. */
    public Optional<AddressRange> overlapping(AddressRange range) {
        return ranges.stream().filter(range::overlaps).findFirst();
    }

    public boolean overlaps(AddressRange range) {
        return overlapping(range).isPresent();
    }

    /** What is left of the whole space: the holes between the ranges, ascending. */
    public List<AddressRange> complement() {
        return complement(AddressRange.ALL);
    }

    /** What is left of {@code window} when this set is taken out, ascending. */
    public List<AddressRange> complement(AddressRange window) {
        var holes = new ArrayList<AddressRange>();
        long next = window.first();
        for (AddressRange taken : ranges) {
            if (Long.compareUnsigned(taken.last(), next) < 0) {
                continue;
            }
            if (Long.compareUnsigned(taken.first(), window.last()) > 0) {
                break;
            }
            if (Long.compareUnsigned(taken.first(), next) > 0) {
                holes.add(new AddressRange(next, taken.first() - 1));
            }
            if (Long.compareUnsigned(taken.last(), window.last()) >= 0) {
                return holes;
            }
            next = taken.last() + 1;
        }
        holes.add(new AddressRange(next, window.last()));
        return holes;
    }
}
