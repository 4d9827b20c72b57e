package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/**
 * IOMMU_TEST_OP_DIRTY: makes pages of the mock's page table dirty, as a device's writes would. The
 * kernel's corrupts its table where nothing is mapped; here such a page is only counted.
 *
 * @param iova a multiple of {@code pageSize}
 * @param length bytes, a multiple of {@code pageSize} above 0
 * @param pages which of them, counted from {@code iova}; those beyond {@code length} are left out
 */
public record MarkDirty(ObjectId hwptId, long iova, long length, long pageSize, List<Long> pages)
        implements Command<MarkDirty.Marked> {

    /** How many pages were named. */
    public record Marked(int dirty) {}

    public MarkDirty {
        pages = List.copyOf(pages);
    }

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_DIRTY";
    }

    @Override
    public Decision<Marked> decide(ContextView context) {
        Mocks.requireSelftest(context);
        if (pageSize == 0
                || length == 0
                || Long.remainderUnsigned(iova, pageSize) != 0
                || Long.remainderUnsigned(length, pageSize) != 0) {
            throw MOCK_DIRTY_RANGE_INVALID.refusal(
                    "iova", iova, "length", length, "pageSize", pageSize);
        }
        HwptPaging hwpt = context.require(hwptId, HwptPaging.class, HWPT_NOT_FOUND);
        if (!hwpt.dirtyTracking()) {
            throw MOCK_DIRTY_OFF.refusal("hwptId", hwptId);
        }
        long count = Long.divideUnsigned(length, pageSize);
        var dirty = new DirtyPages(context, hwpt);
        List<Long> named =
                pages.stream()
                        .filter(page -> Long.compareUnsigned(page, count) < 0)
                        .distinct()
                        .toList();
        named.forEach(page -> dirty.mark(iova + page * pageSize));
        return Decision.of(new Marked(named.size()), dirty.changes());
    }
}
