package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * IOMMU_HWPT_GET_DIRTY_BITMAP: which pages devices wrote, and makes them clean. Ends in silence
 * where the mappings have a hole: what lies beyond is neither reported nor cleared.
 *
 * @param iova a multiple of the IOAS's alignment and of {@code pageSize}, as is the end
 * @param length bytes; 0 only at IOVA 0
 * @param pageSize what one bit stands for; of a number that is no power of two, its lowest set bit
 * @param flags 1 to leave the pages dirty
 */
public record GetDirtyBitmap(ObjectId hwptId, long iova, long length, long pageSize, long flags)
        implements Command<GetDirtyBitmap.Dirty> {

    /** IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR. */
    public static final int NO_CLEAR = 1;

    /**
     * The pages that were dirty.
     *
     * @param bits one per page, counted from the range's beginning
     * @param ranges the same as IOVAs, ascending
     */
    public record Dirty(BitSet bits, List<AddressRange> ranges) {}

    @Override
    public String ioctl() {
        return "IOMMU_HWPT_GET_DIRTY_BITMAP";
    }

    @Override
    public Decision<Dirty> decide(ContextView context) {
        if ((flags & ~NO_CLEAR) != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags & ~NO_CLEAR);
        }
        HwptPaging hwpt = context.require(hwptId, HwptPaging.class, HWPT_NOT_FOUND);
        if (length == 0 ? iova != 0 : AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        checkAligned(context.relations().space(hwpt.ioas()).alignment(), "alignment of the IOAS");
        if (pageSize == 0) {
            throw DIRTY_PAGE_SIZE_INVALID.refusal("pageSize", pageSize);
        }
        checkAligned(pageSize, "page size");
        if (!hwpt.flags().contains(HwptFlag.DIRTY_TRACKING)) {
            throw DIRTY_TRACKING_MISSING.refusal("hwptId", hwptId);
        }
        List<Change> changes = new ArrayList<>();
        var bits = new BitSet();
        if (length != 0) {
            walk(context, hwpt, bits, changes);
        }
        return Decision.of(new Dirty(bits, ranges(bits)), changes);
    }

    private void checkAligned(long unit, String what) {
        if (((iova | (iova + length)) & unit - 1) != 0) {
            throw DIRTY_RANGE_MISALIGNED.refusal(
                    "first", iova, "length", length, "unit", unit, "what", what);
        }
    }

    private void walk(ContextView context, HwptPaging hwpt, BitSet bits, List<Change> changes) {
        var driver = IommuDriver.of(context, hwpt.smmu());
        var memory = new HostMemory(context);
        AddressRange range = AddressRange.of(iova, length);
        long next = iova;
        for (Mapping area : context.mappings(hwpt.ioas()).in(range)) {
            if (Long.compareUnsigned(area.first(), next) > 0
                    || memory.extent(area, next - area.first()).isEmpty()) {
                return; // a hole, which a dma-buf that was revoked is too
            }
            long from = driver.leaf(hwpt, area, next).first();
            long last = unsignedMin(area.last(), range.last());
            for (long page : context.dirtyPages(hwptId).subSet(from, true, last, true)) {
                AddressRange leaf = driver.leaf(hwpt, area, page);
                long end = leaf.first() + driver.reportedBytes(leaf) - 1;
                report(bits, unsignedMax(leaf.first(), next), unsignedMin(end, last));
                if ((flags & NO_CLEAR) == 0) {
                    changes.add(new Change.DirtyRemoved(new DirtyPage(hwptId, page)));
                }
            }
            next = area.last() + 1;
        }
    }

    private void report(BitSet bits, long first, long last) {
        if (Long.compareUnsigned(first, last) > 0) {
            return;
        }
        long highest = (last - iova) >>> shift();
        if (highest >>> 3 >= Limits.DIRTY_BITMAP_BYTES) {
            throw VALUE_TOO_LARGE.refusal(
                    "what",
                    "the bitmap in bytes",
                    "value",
                    (highest >>> 3) + 1,
                    "limit",
                    Limits.DIRTY_BITMAP_BYTES);
        }
        bits.set((int) ((first - iova) >>> shift()), (int) highest + 1);
    }

    private int shift() {
        return Long.numberOfTrailingZeros(pageSize);
    }

    private List<AddressRange> ranges(BitSet bits) {
        var ranges = new ArrayList<AddressRange>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            long start = iova + ((long) first << shift());
            ranges.add(AddressRange.of(start, (long) (end - first) << shift()));
            first = bits.nextSetBit(end);
        }
        return ranges;
    }

    private static long unsignedMin(long one, long other) {
        return Long.compareUnsigned(one, other) < 0 ? one : other;
    }

    private static long unsignedMax(long one, long other) {
        return Long.compareUnsigned(one, other) > 0 ? one : other;
    }
}
