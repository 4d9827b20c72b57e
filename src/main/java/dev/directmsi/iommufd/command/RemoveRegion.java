package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.KeptMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryRegion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * munmap of a whole region. The address goes, and its memory; pages that page tables or accesses
 * have pinned stay where they are for those who hold them.
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
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.RegionRemoved(region));
        changes.addAll(
                KeptMemory.replace(
                        context,
                        List.of(),
                        pinned(context, region),
                        region.file() == null ? region.physicalRange() : null));
        return Decision.of(region, changes);
    }

    /** What is pinned of a region, apart from pages that were kept of an earlier one there. */
    private static List<KeptPages> pinned(ContextView context, MemoryRegion region) {
        Map<Long, List<AddressRange>> held = new HashMap<>();
        for (Mapping area : Pinning.held(context)) {
            if (area.backing() instanceof Backing.UserMemory) {
                AddressRange part =
                        region.range().intersection(KeptMemory.pagesUnder(context, area));
                if (part != null) {
                    held.computeIfAbsent(area.pages().id(), _ -> new ArrayList<>()).add(part);
                }
            }
        }
        var pinned = new ArrayList<KeptPages>();
        held.forEach((pages, ranges) -> {
            RangeSet earlier = kept(context, pages);
            for (AddressRange range : new RangeSet(ranges).ranges()) {
                for (AddressRange part : earlier.complement(range)) {
                    pinned.add(
                            new KeptPages(
                                    pages, part, region.toPhysical(part.first()), region.file()));
                }
            }
        });
        return pinned;
    }

    private static RangeSet kept(ContextView context, long pages) {
        return new RangeSet(
                context
                        .keptPages()
                        .subMap(
                                new KeptPages.Place(pages, 0),
                                true,
                                new KeptPages.Place(pages, -1),
                                true)
                        .values()
                        .stream()
                        .map(KeptPages::userVa)
                        .toList());
    }

    /** Gives a stretch of RAM back, with what was written there. */
    static void release(ContextView context, AddressRange physical, List<Change> changes) {
        KeptMemory.forget(context, physical, changes);
        changes.add(new Change.ResourceReleased(new Claim.RamClaim(physical)));
    }
}
