package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.TOO_MANY;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects the pages of one page table that an operation makes dirty. */
final class DirtyPages {

    private final ContextView context;
    private final HwptPaging hwpt;
    private final IommuDriver driver;
    private final HostMemory memory;
    private final NavigableSet<Long> added = new TreeSet<>(Long::compareUnsigned);

    DirtyPages(ContextView context, HwptPaging hwpt) {
        this.context = context;
        this.hwpt = hwpt;
        this.memory = new HostMemory(context);
        this.driver = IommuDriver.of(context, hwpt.smmu());
    }

    /**
     * Of the table that translates a device's accesses, if that one tracks its dirty pages. The
     * SMMUv3 tracks whenever a table was made for it, turned on or not.
     *
     * @param pasid null for the requester's own
     */
    static Optional<DirtyPages> of(ContextView context, Device device, @Nullable Integer pasid) {
        ObjectId used = pasid == null ? device.attachedTo() : device.pasids().get(pasid);
        return Optional.ofNullable(used)
                .flatMap(id -> context.find(id, HwptPaging.class))
                .filter(hwpt -> hwpt.flags().contains(HwptFlag.DIRTY_TRACKING))
                .map(hwpt -> new DirtyPages(context, hwpt));
    }

    /** Marks the page that contains {@code iova}; where nothing is mapped there is none. */
    void mark(long iova) {
        context.mappings(hwpt.ioas())
                .at(iova)
                .filter(area -> memory.extent(area, iova - area.first()).isPresent())
                .map(area -> driver.leaf(hwpt, area, iova).first())
                .filter(page -> !context.dirtyPages(hwpt.id()).contains(page))
                .ifPresent(added::add);
    }

    List<Change> changes() {
        int known = context.dirtyPages(hwpt.id()).size();
        if (known + added.size() > Limits.DIRTY_PAGES) {
            throw TOO_MANY.refusal(
                    "value",
                    known + added.size(),
                    "what",
                    "dirty pages of a page table",
                    "limit",
                    Limits.DIRTY_PAGES);
        }
        return added.stream().map(page -> (Change) new Change.DirtyAdded(of(hwpt, page))).toList();
    }

    /** Forgets the dirty pages of an area that is unmapped, in all tables of its IOAS. */
    static void forget(ContextView context, ObjectId ioas, Mapping area, List<Change> changes) {
        for (HwptPaging hwpt : context.relations().tablesOf(ioas)) {
            forget(context, hwpt, area.range(), changes);
        }
    }

    /** Forgets the dirty pages of a table in a range. */
    static void forget(
            ContextView context, HwptPaging hwpt, AddressRange range, List<Change> changes) {
        context.dirtyPages(hwpt.id())
                .subSet(range.first(), true, range.last(), true)
                .forEach(page -> changes.add(new Change.DirtyRemoved(of(hwpt, page))));
    }

    private static DirtyPage of(HwptPaging hwpt, long page) {
        return new DirtyPage(hwpt.id(), page);
    }
}
