package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.MemoryFile;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_TEST_OP_DMABUF_GET: the test driver exports some memory as a dma-buf.
 *
 * @param name unique among the files of the context
 * @param length bytes, rounded up to whole pages; 1 to 512 pages
 */
public record GetDmaBuf(String name, long length) implements Command<MemoryFile> {

    private static final int MOST_PAGES = 512;

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_DMABUF_GET";
    }

    @Override
    public Decision<MemoryFile> decide(ContextView context) {
        PutFile.checkName(name);
        long page = context.pageSize().bytes();
        if (length == 0 || Long.compareUnsigned(length, MOST_PAGES * page) > 0) {
            throw DMA_BUF_SIZE_INVALID.refusal("length", length, "limit", MOST_PAGES * page);
        }
        long size = length + page - 1 & -page;
        MemoryFile known = context.files().get(name);
        if (known != null && known.isDmaBuf() && known.size() == size) {
            return Decision.of(known);
        }
        if (known != null) {
            throw FILE_EXISTS.refusal("file", name);
        }
        if (context.files().size() >= Limits.FILES) {
            throw TOO_MANY.refusal(
                    "value", context.files().size(), "what", "memory files", "limit", Limits.FILES);
        }
        List<Change> changes = new ArrayList<>();
        PhysAddr physical = HostRam.take(context, size, changes);
        var made = new MemoryFile(name, size, false, physical, new MemoryFile.DmaBuf(false, 0));
        changes.add(new Change.FileAdded(made));
        return Decision.of(made, changes);
    }
}
