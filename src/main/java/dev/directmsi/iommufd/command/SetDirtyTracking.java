package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_HWPT_SET_DIRTY_TRACKING: begins or ends to track which pages devices write. To begin, also
 * when it is on already, makes every page clean; to end keeps what was found.
 *
 * @param flags 1 to begin, 0 to end
 */
public record SetDirtyTracking(ObjectId hwptId, long flags) implements Command<HwptPaging> {

    /** IOMMU_HWPT_DIRTY_TRACKING_ENABLE. */
    public static final int ENABLE = 1;

    @Override
    public String ioctl() {
        return "IOMMU_HWPT_SET_DIRTY_TRACKING";
    }

    @Override
    public Decision<HwptPaging> decide(ContextView context) {
        if ((flags & ~ENABLE) != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags & ~ENABLE);
        }
        HwptPaging before = context.require(hwptId, HwptPaging.class, HWPT_NOT_FOUND);
        if (!before.flags().contains(HwptFlag.DIRTY_TRACKING)) {
            throw DIRTY_TRACKING_MISSING.refusal("hwptId", hwptId);
        }
        HwptPaging after = before.withDirtyTracking((flags & ENABLE) != 0);
        List<Change> changes = new ArrayList<>();
        if (after.dirtyTracking()) {
            DirtyPages.forget(context, before, AddressRange.ALL, changes);
        }
        if (!after.equals(before)) {
            changes.add(new Change.ObjectReplaced(before, after));
        }
        return Decision.of(after, changes);
    }
}
