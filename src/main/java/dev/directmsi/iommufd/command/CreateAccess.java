package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/**
 * IOMMU_TEST_OP_CREATE_ACCESS: the test driver works on an IOAS as the driver of an emulated device
 * does. One that pins aligns the IOAS to whole pages.
 *
 * @param flags {@link #NEEDS_PIN_PAGES} or 0
 */
public record CreateAccess(ObjectId ioasId, long flags) implements Command<KernelAccess> {

    /** MOCK_FLAGS_ACCESS_CREATE_NEEDS_PIN_PAGES. */
    public static final int NEEDS_PIN_PAGES = 1;

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_CREATE_ACCESS";
    }

    @Override
    public Decision<KernelAccess> decide(ContextView context) {
        Accesses.checkFlags(flags, NEEDS_PIN_PAGES);
        context.require(ioasId, Ioas.class, IOAS_MISSING);
        boolean pinning = flags == NEEDS_PIN_PAGES;
        if (pinning) {
            Accesses.checkAlignment(context, ioasId);
        }
        var access =
                new KernelAccess(
                        NewObjects.id(context),
                        context.nextRevision(),
                        ioasId,
                        pinning,
                        null,
                        List.of(),
                        0);
        return Decision.of(access, new Change.ObjectCreated(access));
    }
}
