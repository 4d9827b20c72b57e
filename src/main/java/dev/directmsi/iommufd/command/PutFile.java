package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.MemoryFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * memfd_create: a memory file. A file that exists keeps its size; only its seal can change.
 *
 * @param name unique in the context
 * @param size bytes, 1 to 2^44
 */
public record PutFile(String name, long size, boolean sealed) implements Command<MemoryFile> {

    @Override
    public String ioctl() {
        return "memfd_create";
    }

    @Override
    public Decision<MemoryFile> decide(ContextView context) {
        checkName(name);
        MemoryFile before = context.files().get(name);
        if (before != null && before.isDmaBuf()) {
            throw FILE_EXISTS.refusal("file", name);
        }
        if (size == 0
                || Long.compareUnsigned(size, Limits.REGION_BYTES) > 0
                || (before != null && before.size() != size)) {
            throw FILE_SIZE_INVALID.refusal("size", size);
        }
        if (before != null) {
            var after = new MemoryFile(name, size, sealed, before.physical());
            return after.equals(before)
                    ? Decision.of(before)
                    : Decision.of(after, new Change.FileReplaced(before, after));
        }
        if (context.files().size() >= Limits.FILES) {
            throw TOO_MANY.refusal(
                    "value", context.files().size(), "what", "memory files", "limit", Limits.FILES);
        }
        List<Change> changes = new ArrayList<>();
        PhysAddr physical = HostRam.take(context, HostRam.rounded(size), changes);
        var file = new MemoryFile(name, size, sealed, physical);
        changes.add(new Change.FileAdded(file));
        return Decision.of(file, changes);
    }

    static void checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.FILE_NAME) {
            throw VALUE_TOO_LARGE.refusal(
                    "what", "the name", "value", bytes, "limit", Limits.FILE_NAME);
        }
    }
}
