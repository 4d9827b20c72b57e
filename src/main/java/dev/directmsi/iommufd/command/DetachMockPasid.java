package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_TEST_OP_PASID_DETACH of the kernel's test driver: succeeds, also where nothing is attached.
 *
 * @param mockId the test driver's id, not the device's
 */
public record DetachMockPasid(ObjectId mockId, int pasid) implements Command<DetachPasid.Detached> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_PASID_DETACH";
    }

    @Override
    public Decision<DetachPasid.Detached> decide(ContextView context) {
        Mocks.requireSelftest(context);
        List<Change> changes = new ArrayList<>();
        DetachPasid.Detached detached =
                Pasids.detach(context, Mocks.device(context, mockId), pasid, changes);
        return Decision.of(detached, changes);
    }
}
