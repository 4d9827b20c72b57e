package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * munmap of a whole region. Refused while a page table leads into it: Linux would keep the pages
 * pinned, here they stay mapped until they are unmapped from the IOAS.
 */
public record RemoveRegion(UserVa userVa) implements Command<MemoryRegion> {

    @Override
    public String ioctl() {
        return "munmap";
    }

    @Override
    public Decision<MemoryRegion> decide(ContextView context) {
        MemoryRegion region = context.regions().get(userVa.value());
        if (region == null) {
            throw REGION_NOT_FOUND.refusal("userVa", userVa.value());
        }
        context.all(Ioas.class)
                .forEach(ioas -> {
                    for (Mapping area : context.mappings(ioas.id()).all()) {
                        if (isPinned(context, ioas.id(), area)
                                && area.backing() instanceof Backing.UserMemory memory
                                && region.range()
                                        .overlaps(
                                                AddressRange.of(
                                                        memory.userVa().value(), area.length()))) {
                            throw REGION_PINNED.refusal(
                                    "ioasId",
                                    ioas.id(),
                                    "conflictFirst",
                                    area.first(),
                                    "conflictLast",
                                    area.last());
                        }
                    }
                });
        List<Change> changes = new ArrayList<>();
        if (region.file() == null) {
            release(context, region.physicalRange(), changes);
        }
        changes.add(new Change.RegionRemoved(region));
        return Decision.of(region, changes);
    }

    private static boolean isPinned(ContextView context, ObjectId ioas, Mapping area) {
        return !context.relations().tablesOf(ioas).isEmpty()
                || context.relations().accessesOf(ioas).stream()
                        .anyMatch(access -> access.pins(area.range()));
    }

    /** Gives a stretch of RAM back, with what was written there. */
    static void release(ContextView context, AddressRange physical, List<Change> changes) {
        for (MemoryPage page :
                context.pages().subMap(physical.first(), true, physical.last(), true).values()) {
            changes.add(new Change.PageRemoved(page));
        }
        changes.add(new Change.ResourceReleased(new Claim.RamClaim(physical)));
    }
}
