package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.MOCK_NOT_ATTACHED;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.command.AttachDevice.Attached;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_MOCK_DOMAIN_REPLACE: moves a mock device to another page table.
 *
 * @param mockId the test driver's id, not the device's
 * @param ptId an IOAS or a page table
 */
public record ReplaceMockDomain(ObjectId mockId, ObjectId ptId) implements Command<Attached> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_MOCK_DOMAIN_REPLACE";
    }

    @Override
    public Decision<Attached> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Device device = Mocks.device(context, mockId);
        if (device.attachedTo() == null) {
            throw MOCK_NOT_ATTACHED.refusal("id", mockId);
        }
        return new AttachDevice(device.id(), ptId).attachTo(context, device);
    }
}
