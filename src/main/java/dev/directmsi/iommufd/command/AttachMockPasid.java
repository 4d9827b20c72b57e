package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_PASID_ATTACH and IOMMU_TEST_OP_PASID_REPLACE of the kernel's test driver. Every
 * second time that PASID 1024 is set without a detach in between, the mock says ENOMEM.
 *
 * @param mockId the test driver's id, not the device's
 * @param pasid unsigned
 * @param replaces which of the two
 */
public record AttachMockPasid(ObjectId mockId, int pasid, ObjectId ptId, boolean replaces)
        implements Command<AttachPasid.Attached> {

    @Override
    public String ioctl() {
        return replaces ? "IOMMU_TEST_OP_PASID_REPLACE" : "IOMMU_TEST_OP_PASID_ATTACH";
    }

    @Override
    public Decision<AttachPasid.Attached> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Device device = Mocks.device(context, mockId);
        if (pasid == 0) {
            throw PASID_ZERO.refusal("devId", device.id());
        }
        return new Pasids(context, device, pasid, ptId, replaces).decide();
    }
}
