package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_DESTROY_ACCESS_PAGES: lets go of what one call pinned.
 *
 * @param pagesId the number of the pin
 */
public record UnpinPages(ObjectId accessId, int pagesId) implements Command<KernelAccess> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_DESTROY_ACCESS_PAGES";
    }

    @Override
    public Decision<KernelAccess> decide(ContextView context) {
        KernelAccess access = Accesses.require(context, accessId);
        KernelAccess after = access.withoutPins(pin -> pin.number() == pagesId);
        if (after.equals(access)) {
            throw PIN_NOT_FOUND.refusal("id", accessId, "pagesId", pagesId);
        }
        return Decision.of(after, new Change.ObjectReplaced(access, after));
    }
}
