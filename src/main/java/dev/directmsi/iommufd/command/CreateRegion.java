package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * mmap: memory of the virtual machine monitor at a user address, sparse, zero, contiguous in the
 * host's RAM.
 *
 * @param access what the process may do with it
 * @param file a memory file to show from its beginning, or null for anonymous memory
 */
public record CreateRegion(UserVa userVa, long length, Access access, @Nullable String file)
        implements Command<MemoryRegion> {

    @Override
    public String ioctl() {
        return "mmap";
    }

    @Override
    public Decision<MemoryRegion> decide(ContextView context) {
        if (length == 0
                || !context.pageSize().isAligned(userVa.value())
                || !context.pageSize().isAligned(length)) {
            throw REGION_NOT_ALIGNED.refusal("first", userVa.value(), "length", length);
        }
        if (AddressRange.wraps(userVa.value(), length)) {
            throw ADDRESS_OVERFLOW.refusal("first", userVa.value(), "length", length);
        }
        if (Long.compareUnsigned(length, Limits.REGION_BYTES) > 0) {
            throw REGION_TOO_LARGE.refusal("length", length, "limit", Limits.REGION_BYTES);
        }
        var range = AddressRange.of(userVa.value(), length);
        context.regions().values().stream()
                .filter(other -> other.range().overlaps(range))
                .findFirst()
                .ifPresent(other -> {
                    throw REGION_EXISTS.refusal(
                            "first",
                            range.first(),
                            "last",
                            range.last(),
                            "conflictFirst",
                            other.range().first(),
                            "conflictLast",
                            other.range().last());
                });
        if (context.regions().size() >= Limits.REGIONS) {
            throw TOO_MANY.refusal(
                    "value",
                    context.regions().size(),
                    "what",
                    "memory regions",
                    "limit",
                    Limits.REGIONS);
        }
        List<Change> changes = new ArrayList<>();
        PhysAddr physical =
                file == null ? HostRam.take(context, length, changes) : inFile(context, file);
        var region = new MemoryRegion(range, access, physical, file);
        changes.add(new Change.RegionAdded(region));
        return Decision.of(region, changes);
    }

    private PhysAddr inFile(ContextView context, String name) {
        MemoryFile shown = context.files().get(name);
        if (shown == null) {
            throw FILE_MISSING.refusal("file", name);
        }
        if (shown.isDmaBuf()) {
            throw DMA_BUF_NO_MMAP.refusal("file", name);
        }
        if (Long.compareUnsigned(length, HostRam.rounded(shown.size())) > 0) {
            throw FILE_RANGE.refusal("file", name, "size", shown.size(), "needed", length);
        }
        return shown.physical();
    }
}
