package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_VFIO_IOAS: names the IOAS on which the type-1 compatibility works. It is not held: it can
 * be destroyed, and then there is none.
 *
 * @param ioasId null to have none
 */
public record SetVfioIoas(@Nullable ObjectId ioasId) implements Command<ContextInfo> {

    @Override
    public String ioctl() {
        return "IOMMU_VFIO_IOAS";
    }

    @Override
    public Decision<ContextInfo> decide(ContextView context) {
        if (ioasId != null) {
            context.require(ioasId, Ioas.class, IOAS_MISSING);
        }
        ContextInfo info = context.info();
        ContextInfo after = info.withCompatIoas(ioasId);
        return after.equals(info)
                ? Decision.of(info)
                : Decision.of(after, new Change.ContextChanged(info, after));
    }

    /** The IOAS of the compatibility, or ENODEV. */
    public static Ioas require(ContextView context) {
        ObjectId id = context.info().compatIoas();
        if (id == null) {
            throw COMPAT_IOAS_NOT_FOUND.refusal();
        }
        return context.require(id, Ioas.class, IOAS_MISSING);
    }
}
