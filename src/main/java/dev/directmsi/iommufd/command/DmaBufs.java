package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import org.jspecify.annotations.Nullable;

/** What a dma-buf cannot do that a memory file can. */
final class DmaBufs {

    private DmaBufs() {}

    /** Whether a mapping leads into a dma-buf, revoked or not. */
    static boolean backs(ContextView context, Mapping area) {
        return area.backing() instanceof Backing.FileMemory memory
                && isDmaBuf(context.files().get(memory.file()));
    }

    static boolean isDmaBuf(@Nullable MemoryFile file) {
        return file != null && file.isDmaBuf();
    }

    /** The kernel has no pages of it that an access could read, write or pin. */
    static void refuseAccess(ContextView context, Mapping area) {
        if (backs(context, area)) {
            throw DMA_BUF_NO_ACCESS.refusal("first", area.first(), "last", area.last());
        }
    }
}
