package dev.directmsi.iommufd;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Stretches of addresses by where they begin, unsigned. Made once and then only searched, with
 * primitive keys: every step of a walk asks twice.
 */
final class Stretches<T> {

    /** The sign bit flipped, so that their signed order is the unsigned one. */
    private final long[] firsts;

    private final List<T> stretches;

    private Stretches(long[] firsts, List<T> stretches) {
        this.firsts = firsts;
        this.stretches = stretches;
    }

    static <T> Stretches<T> of(Collection<T> stretches, ToLongFunction<T> first) {
        List<T> sorted =
                stretches.stream()
                        .sorted((a, b) ->
                                Long.compareUnsigned(first.applyAsLong(a), first.applyAsLong(b)))
                        .toList();
        return new Stretches<>(
                sorted.stream().mapToLong(first).map(Stretches::key).toArray(), sorted);
    }

    private static long key(long address) {
        return address ^ Long.MIN_VALUE;
    }

    /** All of them, ascending. */
    List<T> all() {
        return stretches;
    }

    /** The last one that begins at {@code address} or before; it may end before, too. */
    @Nullable T floor(long address) {
        int found = Arrays.binarySearch(firsts, key(address));
        int index = found >= 0 ? found : -found - 2;
        return index < 0 ? null : stretches.get(index);
    }
}
