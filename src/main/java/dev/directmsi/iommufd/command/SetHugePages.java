package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.ObjectId;

/**
 * IOMMU_OPTION_HUGE_PAGES: 0 forbids large pages, which aligns the IOAS to pages of the host; 1
 * permits them, always.
 */
public record SetHugePages(ObjectId ioasId, long value) implements Command<Ioas> {

    @Override
    public String ioctl() {
        return "IOMMU_OPTION";
    }

    @Override
    public Decision<Ioas> decide(ContextView context) {
        Ioas ioas = context.require(ioasId, Ioas.class, IOAS_NOT_FOUND);
        if (value != 0 && value != 1) {
            throw OPTION_VALUE_INVALID.refusal("value", value);
        }
        return set(context, ioas, value == 1);
    }

    static Decision<Ioas> set(ContextView context, Ioas ioas, boolean enabled) {
        if (ioas.hugePages() == enabled) {
            return Decision.of(ioas);
        }
        if (!enabled) {
            checkForbidding(context, ioas);
        }
        Ioas after = ioas.withHugePages(enabled);
        return Decision.of(after, new Change.ObjectReplaced(ioas, after));
    }

    private static void checkForbidding(ContextView context, Ioas ioas) {
        int tables = context.relations().tablesOf(ioas.id()).size();
        int mappings = context.mappings(ioas.id()).size();
        if (tables > 0 && mappings > 0) {
            throw HUGE_PAGES_IN_USE.refusal(
                    "ioasId", ioas.id(), "mappings", mappings, "tables", tables);
        }
        Accesses.checkAlignment(context, ioas.id());
    }
}
