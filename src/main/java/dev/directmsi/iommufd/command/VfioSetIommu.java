package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Ioas;

/**
 * VFIO_SET_IOMMU: which kind of container the compatibility IOAS is. The older kind can unmap parts
 * of what was mapped, so it forbids large pages.
 *
 * @param type {@link #TYPE1} or {@link #TYPE1_V2}
 */
public record VfioSetIommu(long type) implements Command<Ioas> {

    public static final int TYPE1 = 1;
    public static final int TYPE1_V2 = 3;

    @Override
    public String ioctl() {
        return "VFIO_SET_IOMMU";
    }

    @Override
    public Decision<Ioas> decide(ContextView context) {
        if (type != TYPE1 && type != TYPE1_V2) {
            throw VFIO_TYPE_INVALID.refusal("type", type);
        }
        Ioas ioas = SetVfioIoas.require(context);
        return type == TYPE1 ? SetHugePages.set(context, ioas, false) : Decision.of(ioas);
    }
}
