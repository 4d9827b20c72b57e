package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;

/** What the operations of the test driver's accesses have in common. */
final class Accesses {

    /** Bytes of one access (kernel: a guard of the test driver). */
    static final long LONGEST = 16 << 20;

    /**
     * MOCK_FLAGS_ACCESS_SYZ: the address is given as the number of an area and an offset in it. A
     * kernel with the test driver knows this flag of IOMMU_IOAS_COPY too.
     */
    static final long NTH_AREA = 1 << 16;

    private Accesses() {}

    /**
     * The address that such words stand for.
     *
     * @param words number of the area in the lower half, offset in the upper
     * @return 0 if there are not so many areas
     */
    static long addressInArea(ContextView context, ObjectId ioas, long words) {
        long before = words & 0xffff_ffffL;
        for (Mapping area : context.mappings(ioas).all()) {
            if (before == 0) {
                return area.first() + (words >>> Integer.SIZE);
            }
            before--;
        }
        return 0;
    }

    static void checkLength(long length) {
        if (Long.compareUnsigned(length, LONGEST) > 0) {
            throw ACCESS_TOO_LONG.refusal("length", length, "limit", LONGEST);
        }
    }

    static void checkFlags(long flags, long known) {
        if ((flags & ~known) != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags & ~known);
        }
    }

    /** An access of the test driver; those of hardware queues are nobody's to use. */
    static KernelAccess require(ContextView context, ObjectId id) {
        return context.find(id, KernelAccess.class)
                .filter(access -> !access.isLocking())
                .orElseThrow(() -> ACCESS_NOT_FOUND.refusal("context", context.id(), "id", id));
    }

    /** The range, which is not empty and does not wrap. */
    static AddressRange range(long iova, long length) {
        if (length == 0) {
            throw LENGTH_INVALID.refusal("length", length);
        }
        if (AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        return AddressRange.of(iova, length);
    }

    static void checkPermission(Mapping piece, boolean write) {
        if (write ? !piece.access().writes() : !piece.access().reads()) {
            throw ACCESS_NOT_PERMITTED.refusal(
                    "first",
                    piece.first(),
                    "last",
                    piece.last(),
                    "access",
                    piece.access().toString());
        }
    }

    static RuntimeException notMapped(ObjectId ioas, Pieces pieces) {
        return ACCESS_NOT_MAPPED.refusal(
                "first",
                pieces.wanted().first(),
                "last",
                pieces.wanted().last(),
                "ioasId",
                ioas,
                "address",
                pieces.hole());
    }

    /** An IOAS that a pinning access works on is aligned to whole pages. */
    static void checkAlignment(ContextView context, ObjectId ioas) {
        long page = context.pageSize().bytes();
        if (page > context.relations().space(ioas).alignment()) {
            Tables.checkAlignment(context, ioas, page);
        }
    }
}
