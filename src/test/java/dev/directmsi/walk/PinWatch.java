package dev.directmsi.walk;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Watches the pages of one context's process that are pinned, one by one: whatever becomes of
/// their addresses they stay where they are while somebody holds them, and nobody else has them.
final class PinWatch {

    /// A page of one IOMMU_IOAS_MAP.
    private record Page(long pages, long userVa) implements Comparable<Page> {
        @Override
        public int compareTo(Page other) {
            int order = Long.compare(pages, other.pages);
            return order == 0 ? Long.compareUnsigned(userVa, other.userVa) : order;
        }
    }

    private Map<Page, PhysAddr> held = new TreeMap<>();

    /// Looks at what a command left.
    void note(ContextView context) {
        var now = new TreeMap<Page, PhysAddr>();
        for (Ioas ioas : context.all(Ioas.class)) {
            boolean table =
                    context.all(HwptPaging.class).stream()
                            .anyMatch(hwpt -> hwpt.ioas().equals(ioas.id()));
            for (Mapping area : context.mappings(ioas.id()).all()) {
                if (area.backing() instanceof Backing.UserMemory) {
                    note(context, ioas.id(), area, table, now);
                }
            }
        }
        context.keptPages()
                .values()
                .forEach(kept ->
                        require(
                                now.containsKey(new Page(kept.pages(), kept.userVa().first()))
                                        && now.containsKey(
                                                new Page(
                                                        kept.pages(),
                                                        context.pageSize()
                                                                .floor(kept.userVa().last()))),
                                "nobody holds",
                                kept));
        held = now;
    }

    private void note(
            ContextView context,
            ObjectId ioas,
            Mapping area,
            boolean table,
            Map<Page, PhysAddr> now) {
        var memory = new HostMemory(context);
        List<KernelAccess> accesses =
                context.all(KernelAccess.class).stream()
                        .filter(access -> access.ioas().equals(ioas))
                        .toList();
        for (long done = 0; done < area.length(); done += PageModel.PAGE) {
            long iova = area.first() + done;
            if (table || accesses.stream().anyMatch(access -> pins(access, iova))) {
                long userVa = area.backing().start() + done;
                long offset = context.pageSize().offset(userVa);
                var page = new Page(area.pages().id(), userVa - offset);
                PhysAddr there =
                        memory.extent(area, done)
                                .orElseThrow(() -> new AssertionError("pinned nowhere: " + area))
                                .first();
                require(memory.isRam(there), "pinned outside", area, there);
                PhysAddr start = new PhysAddr(there.value() - offset);
                require(start.equals(held.getOrDefault(page, start)), "moved", page, area, start);
                PhysAddr other = now.put(page, start);
                require(other == null || other.equals(start), "copies disagree", area, start);
            }
        }
    }

    private static boolean pins(KernelAccess access, long iova) {
        return access.pins().stream().anyMatch(pin -> pin.range().contains(iova));
    }

    private static void require(boolean holds, Object... what) {
        if (!holds) {
            throw new AssertionError("pins: " + List.of(what));
        }
    }
}
