package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;

/**
 * IOMMU_IOAS_CHANGE_PROCESS: pinned memory counts for the caller from now on. There is one process
 * here, so nothing changes; what cannot change its process is refused as in Linux.
 */
public record ChangeProcess() implements Command<Integer> {

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_CHANGE_PROCESS";
    }

    /** Answers how many mappings now count for the caller. */
    @Override
    public Decision<Integer> decide(ContextView context) {
        for (Ioas ioas : context.all(Ioas.class)) {
            for (Mapping area : context.mappings(ioas.id()).all()) {
                if (!(area.backing() instanceof Backing.FileMemory)
                        || DmaBufs.backs(context, area)) {
                    throw CHANGE_PROCESS_NOT_FILE.refusal(
                            "first", area.first(), "last", area.last(), "ioasId", ioas.id());
                }
            }
        }
        return Decision.of(context.mappingCount());
    }
}
