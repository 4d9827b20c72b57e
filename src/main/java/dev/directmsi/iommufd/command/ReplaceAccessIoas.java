package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_TEST_OP_ACCESS_REPLACE_IOAS: moves an access of the test driver to another IOAS, without
 * its pins. To the same one is no move.
 */
public record ReplaceAccessIoas(ObjectId accessId, ObjectId ioasId)
        implements Command<KernelAccess> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_ACCESS_REPLACE_IOAS";
    }

    @Override
    public Decision<KernelAccess> decide(ContextView context) {
        KernelAccess access = Accesses.require(context, accessId);
        context.require(ioasId, Ioas.class, IOAS_MISSING);
        if (access.ioas().equals(ioasId)) {
            return Decision.of(access);
        }
        if (access.pinning()) {
            Accesses.checkAlignment(context, ioasId);
        }
        KernelAccess after = access.withIoas(ioasId);
        return Decision.of(after, new Change.ObjectReplaced(access, after));
    }
}
