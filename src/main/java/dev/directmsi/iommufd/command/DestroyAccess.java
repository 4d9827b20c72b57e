package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.ObjectId;

/** close() of an access of the test driver: it lets go of everything and of its IOAS. */
public record DestroyAccess(ObjectId accessId) implements Command<KernelAccess> {

    @Override
    public String ioctl() {
        return "close";
    }

    @Override
    public Decision<KernelAccess> decide(ContextView context) {
        KernelAccess access =
                context.find(accessId, KernelAccess.class)
                        .filter(found -> !found.isLocking())
                        .orElseThrow(() ->
                                ACCESS_NOT_OPEN.refusal("context", context.id(), "id", accessId));
        return Decision.of(access, new Change.ObjectDestroyed(access));
    }
}
