package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_TEST_OP_PASID_CHECK_HWPT of the kernel's test driver: whether a PASID is attached there.
 *
 * @param mockId the test driver's id, not the device's
 * @param pasid 0 for the requester itself
 * @param hwptId a page table, or 0 for none at all; another object is just not where it is
 */
public record CheckMockPasid(ObjectId mockId, int pasid, ObjectId hwptId)
        implements Command<CheckMockPasid.Same> {

    /** It is; otherwise the command is refused. */
    public record Same() {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_PASID_CHECK_HWPT";
    }

    @Override
    public Decision<Same> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Device device = Mocks.device(context, mockId);
        @Nullable ObjectId attached = pasid == 0 ? device.attachedTo() : device.pasids().get(pasid);
        if (hwptId.value() != 0) {
            context.require(hwptId, IommufdObject.class, HWPT_NOT_FOUND);
        }
        if (hwptId.value() == 0 ? attached != null : !hwptId.equals(attached)) {
            throw MOCK_PASID_ELSEWHERE.refusal(
                    "pasid",
                    Integer.toUnsignedString(pasid),
                    "hwptId",
                    attached == null ? "none" : attached);
        }
        return Decision.of(new Same());
    }
}
