package dev.directmsi.iommufd;

import dev.directmsi.address.Access;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.PageTable;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.Stage1Descriptor;
import dev.directmsi.hardware.smmu.Stage2Descriptor;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.msi.DoorbellPage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A page table of a context as hardware sees it: the mappings of its IOAS, shared with every other
 * table there, and its own MSI pages. Holds nothing; a descriptor is computed when it is walked or
 * listed.
 */
public final class TableView implements PageTable {

    private final ContextView context;
    private final ObjectId hwptId;
    private final S2Copy.@Nullable Key copy;
    private final PageSize granule;
    private final int inputBits;
    private final List<PageSize> leafSizes;
    private final boolean forcesWriteBack;

    /** What every lookup needs, until an object of the context changes. */
    private @Nullable Now now;

    /**
     * The page table as it is, and the MSI pages of the copy.
     *
     * @param relations that it was looked up in
     */
    private record Now(Relations relations, HwptPaging hwpt, Map<Long, MsiPage> msiPages) {}

    private TableView(ContextView context, HwptPaging hwpt, S2Copy.@Nullable Key copy) {
        Smmu smmu = context.smmu(copy == null ? hwpt.smmu() : copy.smmu());
        this.context = context;
        this.hwptId = hwpt.id();
        this.copy = copy;
        this.granule = smmu.granuleFor(context.pageSize());
        this.inputBits = hwpt.stage() == 1 ? stage1Bits(smmu, granule) : smmu.stage2Bits(granule);
        this.leafSizes = List.copyOf(smmu.leafSizes(granule).reversed());
        this.forcesWriteBack = smmu.s2fwb() && hwpt.isNestParent();
    }

    /** The one table of a page table that has no copies. */
    public static TableView of(ContextView context, HwptPaging hwpt) {
        return new TableView(context, hwpt, null);
    }

    /** The table of one copy of a DIRECT_MSI parent. */
    public static TableView ofCopy(ContextView context, HwptPaging hwpt, S2Copy.Key copy) {
        return new TableView(context, hwpt, copy);
    }

    /** Input bits of a host-owned stage 1: 48, or 52 with large addresses. */
    public static int stage1Bits(Smmu smmu, PageSize granule) {
        return smmu.oas() == 52 && granule.equals(PageSize.SIZE_64K) ? 52 : 48;
    }

    @Override
    public int inputBits() {
        return inputBits;
    }

    @Override
    public long granule() {
        return granule.bytes();
    }

    private Now now() {
        Relations relations = context.relations();
        Now known = now;
        if (known == null || known.relations != relations) {
            known = new Now(relations, hwpt(), msiPages(relations));
            now = known; // several readers may do so; each makes the same
        }
        return known;
    }

    private HwptPaging hwpt() {
        return context.find(hwptId, HwptPaging.class)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "page table " + hwptId + " is programmed but gone"));
    }

    private Map<Long, MsiPage> msiPages(Relations relations) {
        CopyState state = copy == null ? null : relations.copiesOf(hwptId).get(copy);
        return state == null ? Map.of() : state.msiPages();
    }

    @Override
    public Optional<Leaf> lookup(long input) {
        if (inputBits < 64 && input >>> inputBits != 0) {
            return Optional.empty();
        }
        Now known = now();
        HwptPaging hwpt = known.hwpt;
        Optional<Leaf> msi = msiPage(known, input);
        if (msi.isPresent()) {
            return msi;
        }
        Optional<Mapping> area = context.mappings(hwpt.ioas()).at(input);
        return area.isPresent() ? leaf(hwpt, area.get(), input) : Optional.empty();
    }

    private Optional<Leaf> msiPage(Now known, long input) {
        long base = granule.floor(input);
        if (copy != null) {
            MsiPage page = known.msiPages.isEmpty() ? null : known.msiPages.get(base);
            return page == null
                    ? Optional.empty()
                    : Optional.of(
                            page(
                                    base,
                                    Stage2Descriptor.directMsiPage(page.page(), granule).bits()));
        }
        HwptPaging hwpt = known.hwpt;
        for (DoorbellPage page : context.info().doorbellPages()) {
            boolean present = (hwpt.doorbellPages() >>> page.id() & 1) != 0;
            if (present
                    && context.pageSize()
                            .page(page.iova(context.pageSize()).value())
                            .contains(input)) {
                long within = base - page.iova(context.pageSize()).value();
                PhysAddr output = page.page().plus(within);
                return Optional.of(
                        page(
                                base,
                                hwpt.stage() == 1
                                        ? Stage1Descriptor.windowMsiPage(output, granule).bits()
                                        : Stage2Descriptor.windowMsiPage(output, granule).bits()));
            }
        }
        return Optional.empty();
    }

    private Leaf page(long base, long descriptor) {
        return new Leaf(
                base, granule.bytes(), Stage2Descriptor.level(granule, granule), descriptor);
    }

    /**
     * The largest leaf that fits: inside the area, physically contiguous, aligned on both sides.
     */
    private Optional<Leaf> leaf(HwptPaging hwpt, Mapping area, long input) {
        var memory = new HostMemory(context);
        for (PageSize size : leafSizes) {
            long base = size.floor(input);
            if (Long.compareUnsigned(base, area.first()) >= 0
                    && Long.compareUnsigned(size.last(input), area.last()) <= 0) {
                Optional<Extent> extent = memory.extent(area, base - area.first());
                if (extent.isPresent()
                        && Long.compareUnsigned(extent.get().length(), size.bytes()) >= 0
                        && size.isAligned(extent.get().first().value())) {
                    return Optional.of(
                            new Leaf(
                                    base,
                                    size.bytes(),
                                    Stage2Descriptor.level(granule, size),
                                    descriptor(hwpt, extent.get().first(), size, area.access())));
                }
            }
        }
        return Optional.empty();
    }

    private long descriptor(HwptPaging hwpt, PhysAddr output, PageSize size, Access access) {
        return hwpt.stage() == 1
                ? Stage1Descriptor.ram(output.value(), size, granule, access).bits()
                : Stage2Descriptor.ram(output, size, granule, access, forcesWriteBack).bits();
    }
}
