package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_DEV_CHECK_CACHE: whether a word of a mock device's cache holds a value.
 *
 * @param devId the bound device
 * @param word 0 to 3
 */
public record CheckMockCache(ObjectId devId, long word, int value)
        implements Command<CheckMockMap.Same> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_DEV_CHECK_CACHE";
    }

    @Override
    public Decision<CheckMockMap.Same> decide(ContextView context) {
        Mocks.requireSelftest(context);
        MockDevice mock = Mocks.of(context, devId);
        Mocks.checkWord(word, value, index -> mock.cache().get(index));
        return Decision.of(new CheckMockMap.Same());
    }
}
