package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.ContextInfo;

/**
 * IOMMU_OPTION_RLIMIT_MODE: whether pinned memory counts for the user (0) or for the process (1).
 * Only an empty context takes it; ids of vDEVICEs that went with their device count, too.
 */
public record SetRlimitMode(long value) implements Command<ContextInfo> {

    @Override
    public String ioctl() {
        return "IOMMU_OPTION";
    }

    @Override
    public Decision<ContextInfo> decide(ContextView context) {
        ContextInfo info = context.info();
        if (!info.process().raiseLimits()) {
            throw RLIMIT_MODE_FORBIDDEN.refusal();
        }
        if (!context.objects().isEmpty() || !info.tombstones().isEmpty()) {
            throw RLIMIT_MODE_IN_USE.refusal(
                    "context",
                    context.id(),
                    "objects",
                    context.objects().size(),
                    "tombstones",
                    info.tombstones().size());
        }
        if (value != 0 && value != 1) {
            throw OPTION_VALUE_INVALID.refusal("value", value);
        }
        ContextInfo after = info.withProcessAccounting(value == 1);
        return after.equals(info)
                ? Decision.of(info)
                : Decision.of(after, new Change.ContextChanged(info, after));
    }
}
