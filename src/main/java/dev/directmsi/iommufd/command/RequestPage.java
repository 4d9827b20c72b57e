package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.DEVICE_MISSING;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_TEST_OP_TRIGGER_IOPF of the kernel's test driver: a mock device requests a page, as the
 * last one of its group. Succeeds also where no queue takes it.
 *
 * @param pasid 0 for none
 * @param perm 1 read, 2 write, 4 execute, 8 privileged; passed on as it is
 */
public record RequestPage(ObjectId devId, int pasid, int grpid, int perm, long addr)
        implements Command<RequestPage.Requested> {

    /** Which queue took the request, or null. */
    public record Requested(@Nullable ObjectId faultQueue) {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_TRIGGER_IOPF";
    }

    @Override
    public Decision<Requested> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Device device = context.require(devId, Device.class, DEVICE_MISSING);
        var faults = new PageFaults(context, device);
        Optional<PageFault> fault = faults.raise(pasid == 0 ? null : pasid, grpid, perm, addr);
        return Decision.of(
                new Requested(fault.map(PageFault::queue).orElse(null)), faults.changes());
    }
}
