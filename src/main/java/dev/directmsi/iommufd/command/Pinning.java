package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.MemoryFile;
import java.util.OptionalLong;

/**
 * Whether memory is really there. The kernel looks exactly when it pins pages: for a mapping in an
 * IOAS that has a page table, and for all mappings when the first page table is added.
 */
final class Pinning {

    private Pinning() {}

    static void check(ContextView context, Backing backing, long length, Access access) {
        if (backing instanceof Backing.FileMemory memory) {
            MemoryFile file = context.files().get(memory.file());
            if (file == null || Long.compareUnsigned(memory.start() + length, file.size()) > 0) {
                throw FILE_RANGE.refusal(
                        "file",
                        memory.file(),
                        "size",
                        file == null ? 0L : (Long) file.size(),
                        "needed",
                        memory.start() + length);
            }
            return;
        }
        OptionalLong missing = new HostMemory(context).firstUnpinnable(backing, length, access);
        if (missing.isPresent()) {
            throw MEMORY_NOT_RESOLVABLE.refusal(
                    "start", backing.toString(), "length", length, "address", missing.getAsLong());
        }
    }
}
