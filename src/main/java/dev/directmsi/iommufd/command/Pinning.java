package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import java.util.OptionalLong;

/**
 * Whether memory is really there. The kernel looks exactly when it pins pages: for a mapping in an
 * IOAS that has a page table, for all mappings when the first page table is added, and for what an
 * access pins.
 */
final class Pinning {

    private final ContextView context;

    Pinning(ContextView context) {
        this.context = context;
    }

    /**
     * Pins the memory of a mapping. Whether for writing was fixed when it was first mapped: a copy
     * that only reads needs memory that can be written, too.
     */
    void pin(Mapping area) {
        if (area.backing() instanceof Backing.FileMemory memory) {
            checkFile(memory, area.length());
            return;
        }
        OptionalLong missing =
                new HostMemory(context)
                        .firstUnpinnable(area.backing(), area.length(), area.pages().writable());
        if (missing.isPresent()) {
            throw MEMORY_NOT_RESOLVABLE.refusal(
                    "start",
                    area.backing().toString(),
                    "length",
                    area.length(),
                    "address",
                    missing.getAsLong());
        }
    }

    /** Pages are pinned whole: a file that ends within its last page does not have it. */
    private void checkFile(Backing.FileMemory memory, long length) {
        MemoryFile file = context.files().get(memory.file());
        long last = context.pageSize().page(memory.start() + length - 1).last();
        if (file == null || Long.compareUnsigned(last, file.size()) >= 0) {
            throw FILE_RANGE.refusal(
                    "file",
                    memory.file(),
                    "size",
                    file == null ? 0L : (Long) file.size(),
                    "needed",
                    last + 1);
        }
    }
}
