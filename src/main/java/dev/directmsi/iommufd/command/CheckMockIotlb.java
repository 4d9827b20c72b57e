package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.HWPT_NOT_FOUND;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_MD_CHECK_IOTLB: whether a word of a nested HWPT's cache holds a value.
 *
 * @param word 0 to 3
 */
public record CheckMockIotlb(ObjectId hwptId, long word, int value)
        implements Command<CheckMockMap.Same> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_MD_CHECK_IOTLB";
    }

    @Override
    public Decision<CheckMockMap.Same> decide(ContextView context) {
        Mocks.requireSelftest(context);
        HwptNested hwpt = context.require(hwptId, HwptNested.class, HWPT_NOT_FOUND);
        Mocks.checkWord(word, value, hwpt::mockWord);
        return Decision.of(new CheckMockMap.Same());
    }
}
