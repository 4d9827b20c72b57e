package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_IOAS_ALLOC: an empty address space, all of 64 bits, without alignment.
 *
 * @param flags none is known
 */
public record AllocIoas(long flags) implements Command<Ioas> {

    public AllocIoas() {
        this(0);
    }

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_ALLOC";
    }

    @Override
    public Decision<Ioas> decide(ContextView context) {
        if (flags != 0) {
            throw Reason.FLAGS_UNSUPPORTED.refusal("flags", flags);
        }
        ObjectId id = NewObjects.id(context);
        var ioas = Ioas.allocated(id, context.nextRevision());
        return Decision.of(ioas, new Change.ObjectCreated(ioas));
    }
}
