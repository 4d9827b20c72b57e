package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
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

/** Closes a memory file that no region shows and no mapping leads to. */
public record RemoveFile(String name) implements Command<MemoryFile> {

    @Override
    public String ioctl() {
        return "close";
    }

    @Override
    public Decision<MemoryFile> decide(ContextView context) {
        MemoryFile file = context.files().get(name);
        if (file == null) {
            throw FILE_NOT_FOUND.refusal("file", name);
        }
        if (context.regions().values().stream().anyMatch(region -> name.equals(region.file()))) {
            throw FILE_IN_USE.refusal("file", name, "users", "a memory region");
        }
        if (context.keptPages().values().stream().anyMatch(kept -> name.equals(kept.file()))) {
            throw FILE_IN_USE.refusal("file", name, "users", "pages that are still pinned");
        }
        for (Ioas ioas : context.all(Ioas.class)) {
            for (Mapping area : context.mappings(ioas.id()).all()) {
                if (area.backing() instanceof Backing.FileMemory memory
                        && memory.file().equals(name)) {
                    throw FILE_IN_USE.refusal(
                            "file", name, "users", "a mapping of IOAS " + ioas.id());
                }
            }
        }
        List<Change> changes = new ArrayList<>();
        RemoveRegion.release(
                context,
                AddressRange.of(file.physical().value(), HostRam.rounded(file.size())),
                changes);
        changes.add(new Change.FileRemoved(file));
        return Decision.of(file, changes);
    }
}
