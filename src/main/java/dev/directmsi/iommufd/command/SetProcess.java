package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.VmmProcess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the process behind a context does to itself: setrlimit and capset.
 *
 * @param memlockLimit RLIMIT_MEMLOCK in bytes, or null to leave it
 * @param dropped capabilities that it gives up, for ever
 * @param temporaryMemoryLimit IOMMU_TEST_OP_SET_TEMP_MEMORY_LIMIT: bytes that a batch of pages may
 *     take in the kernel, or null; makes batches smaller, which shows nowhere
 */
public record SetProcess(
        @Nullable Long memlockLimit,
        Set<VmmProcess.Capability> dropped,
        @Nullable Long temporaryMemoryLimit)
        implements Command<VmmProcess> {

    /** What a batch of one page takes. */
    private static final long LEAST_TEMPORARY_MEMORY = 12;

    public SetProcess {
        dropped = Set.copyOf(dropped);
    }

    @Override
    public String ioctl() {
        return "setrlimit";
    }

    @Override
    public Decision<VmmProcess> decide(ContextView context) {
        if (temporaryMemoryLimit != null && temporaryMemoryLimit < LEAST_TEMPORARY_MEMORY) {
            throw Reason.TEMPORARY_MEMORY_TOO_SMALL.refusal(
                    "limit", temporaryMemoryLimit, "least", LEAST_TEMPORARY_MEMORY);
        }
        ContextInfo info = context.info();
        VmmProcess after = info.process().without(dropped);
        if (memlockLimit != null) {
            after = after.withMemlockLimit(memlockLimit);
        }
        return after.equals(info.process())
                ? Decision.of(after)
                : Decision.of(after, new Change.ContextChanged(info, info.withProcess(after)));
    }
}
