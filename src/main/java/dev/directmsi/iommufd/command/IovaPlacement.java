package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Mappings;
import dev.directmsi.iommufd.Relations;
import dev.directmsi.iommufd.object.Ioas;
import java.util.List;
import java.util.Optional;

/**
 * Where a mapping goes: the checks of a fixed IOVA, and the kernel's first fit for an automatic one
 * ({@code iopt_alloc_iova}: ascending, natural alignment capped at a huge page, the memory's offset
 * in its page OR-ed in).
 */
final class IovaPlacement {

    private final ContextView context;
    private final Ioas ioas;
    private final Relations.Space space;
    private final Mappings mappings;

    IovaPlacement(ContextView context, Ioas ioas) {
        this.context = context;
        this.ioas = ioas;
        this.space = context.relations().space(ioas.id());
        this.mappings = context.mappings(ioas.id());
    }

    /** Checks a fixed IOVA: aligned, does not wrap, not reserved, not mapped. */
    AddressRange fixed(long iova, long length) {
        if ((iova & space.alignment() - 1) != 0) {
            throw IOVA_NOT_ALIGNED.refusal(
                    "iova", iova, "ioasId", ioas.id(), "alignment", space.alignment());
        }
        if (AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        var range = AddressRange.of(iova, length);
        space.touching(range)
                .ifPresent(reserved -> {
                    throw IOVA_RESERVED.refusal(
                            "first",
                            range.first(),
                            "last",
                            range.last(),
                            "ioasId",
                            ioas.id(),
                            "conflictFirst",
                            reserved.range().first(),
                            "conflictLast",
                            reserved.range().last(),
                            "owner",
                            reserved.owner());
                });
        mappings.firstIn(range)
                .ifPresent(area -> {
                    throw IOVA_ALREADY_MAPPED.refusal(
                            "first",
                            range.first(),
                            "last",
                            range.last(),
                            "ioasId",
                            ioas.id(),
                            "conflictFirst",
                            area.first(),
                            "conflictLast",
                            area.last());
                });
        return range;
    }

    /**
     * The lowest place that fits.
     *
     * @param start address or file offset of the memory
     */
    AddressRange automatic(long start, long length) {
        if (length == 0 || Long.compareUnsigned(length, Long.MAX_VALUE) >= 0) {
            throw ADDRESS_OVERFLOW.refusal("first", start, "length", length);
        }
        long page = context.pageSize().bytes();
        long offset = start & page - 1;
        long align = naturalAlignment(start, length);
        if (Long.compareUnsigned(align, space.alignment()) < 0) {
            throw PLACEMENT_NOT_ALIGNED.refusal(
                    "start",
                    start,
                    "length",
                    length,
                    "natural",
                    align,
                    "ioasId",
                    ioas.id(),
                    "alignment",
                    space.alignment());
        }
        var usable = new AddressRange(page, -1L - page);
        List<AddressRange> windows =
                ioas.allowed().isEmpty() ? List.of(usable) : new RangeSet(ioas.allowed()).ranges();
        for (AddressRange window : windows) {
            AddressRange clipped = window.intersection(usable);
            if (clipped != null) {
                Optional<AddressRange> place = firstFit(clipped, align, offset, length);
                if (place.isPresent()) {
                    return place.get();
                }
            }
        }
        throw IOVA_EXHAUSTED.refusal("ioasId", ioas.id(), "length", length, "alignment", align);
    }

    private long naturalAlignment(long start, long length) {
        long align = Long.highestOneBit(length);
        if (align != length) {
            align <<= 1;
        }
        if (start != 0) {
            align = smaller(align, Long.lowestOneBit(start));
        }
        return smaller(align, context.pageSize().bytes() / 8 * context.pageSize().bytes());
    }

    private static long smaller(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    private Optional<AddressRange> firstFit(
            AddressRange window, long align, long offset, long length) {
        Optional<AddressRange> whole = fit(window, align, offset, length);
        if (whole.isEmpty()) {
            return whole;
        }
        var rest = new AddressRange(whole.get().first(), window.last());
        for (AddressRange free : space.reserved().complement(rest)) {
            AddressRange left = free;
            while (left != null) {
                AddressRange hole = mappings.hole(left, length, align).orElse(null);
                if (hole == null) {
                    break;
                }
                Optional<AddressRange> place = fit(hole, align, offset, length);
                if (place.isPresent()) {
                    return place;
                }
                left =
                        hole.last() == left.last()
                                ? null
                                : new AddressRange(hole.last() + 1, left.last());
            }
        }
        return Optional.empty();
    }

    private static Optional<AddressRange> fit(
            AddressRange hole, long align, long offset, long length) {
        long rounded = hole.first() + align - 1;
        if (Long.compareUnsigned(rounded, hole.first()) < 0) {
            return Optional.empty();
        }
        long start = (rounded & -align) | offset;
        // The kernel's own comparison: a hole of exactly one byte never fits.
        return Long.compareUnsigned(start, hole.last()) < 0
                        && Long.compareUnsigned(hole.last() - start, length - 1) >= 0
                ? Optional.of(AddressRange.of(start, length))
                : Optional.empty();
    }
}
