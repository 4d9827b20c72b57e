package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_TEST_OP_DMABUF_REVOKE: the test driver takes a dma-buf back, or offers it again. Either way
 * it takes what is mapped away from page tables: the mappings stay, and lead nowhere for ever. A
 * dma-buf that is offered again can be mapped anew.
 */
public record RevokeDmaBuf(String name, boolean revoked) implements Command<MemoryFile> {

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_DMABUF_REVOKE";
    }

    @Override
    public Decision<MemoryFile> decide(ContextView context) {
        MemoryFile before = context.files().get(name);
        if (before == null) {
            throw DMA_BUF_NOT_FOUND.refusal("file", name);
        }
        if (!before.isDmaBuf()) {
            throw DMA_BUF_NOT_ONE.refusal("file", name);
        }
        var changes = new ArrayList<Change>();
        for (Ioas ioas : context.all(Ioas.class)) {
            for (Mapping area : context.mappings(ioas.id()).all()) {
                if (area.backing() instanceof Backing.FileMemory memory
                        && memory.file().equals(name)
                        && !before.isRevokedFor(area.pages())) {
                    DirtyPages.forget(context, ioas.id(), area, changes);
                }
            }
        }
        MemoryFile after = before.withDmaBuf(new MemoryFile.DmaBuf(revoked, context.nextPages()));
        changes.add(new Change.FileReplaced(before, after));
        return Decision.of(after, List.copyOf(changes));
    }
}
