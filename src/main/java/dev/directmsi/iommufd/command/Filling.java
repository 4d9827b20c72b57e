package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Mappings;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.DoorbellPage;
import java.util.List;

/**
 * What every page table of an IOAS has to say to mappings that want in (kernel: {@code
 * iopt_area_fill_domains}), mapping by mapping: their memory can be pinned, and no doorbell page is
 * left behind there.
 */
final class Filling {

    private Filling() {}

    /** Checks mappings that have their places; an IOAS without page tables takes anything. */
    static void check(ContextView context, Ioas ioas, List<Mapping> areas) {
        List<HwptPaging> tables = context.relations().tablesOf(ioas.id());
        if (tables.isEmpty()) {
            return;
        }
        var pinning = new Pinning(context);
        for (Mapping area : areas) {
            pinning.pin(area);
            tables.forEach(hwpt -> checkGranule(ioas.id(), area, hwpt.granule()));
            checkAccess(ioas.id(), area);
            tables.forEach(hwpt -> checkDoorbells(context, hwpt, area.range()));
        }
    }

    /**
     * Checks all mappings of an IOAS that gets a page table; only with the first one their memory
     * is not yet pinned.
     */
    static void checkAll(ContextView context, ObjectId ioas, PageSize granule) {
        boolean first = context.relations().tablesOf(ioas).isEmpty();
        Mappings mappings = context.mappings(ioas);
        if (!first && mappings.areAligned(granule.bytes()) && mappings.areAccessible()) {
            return; // one copy more of a million mappings looks at none of them
        }
        var pinning = new Pinning(context);
        for (Mapping area : mappings.all()) {
            if (first) {
                pinning.pin(area);
            }
            checkGranule(ioas, area, granule);
            checkAccess(ioas, area);
        }
    }

    /**
     * A page table takes whole pages (kernel: {@code iommu_map}). Only a part of a copy can be
     * less, since of it nothing but the place in its CPU page is checked before.
     */
    private static void checkGranule(ObjectId ioas, Mapping area, PageSize granule) {
        if (!granule.isAligned(area.first())) {
            throw IOVA_NOT_ALIGNED.refusal(
                    "iova", area.first(), "ioasId", ioas, "alignment", granule.bytes());
        }
        if (!granule.isAligned(area.length())) {
            throw LENGTH_NOT_ALIGNED.refusal(
                    "length", area.length(), "ioasId", ioas, "alignment", granule.bytes());
        }
    }

    /** A page table refuses what permits nothing. */
    private static void checkAccess(ObjectId ioas, Mapping area) {
        if (area.access() == Access.NONE) {
            throw AREA_NO_ACCESS.refusal(
                    "first", area.first(), "last", area.last(), "ioasId", ioas);
        }
    }

    private static void checkDoorbells(ContextView context, HwptPaging hwpt, AddressRange range) {
        for (DoorbellPage page : context.info().doorbellPages()) {
            long at = page.iova(context.pageSize()).value();
            boolean present = (hwpt.doorbellPages() >>> page.id() & 1) != 0;
            if (present && range.overlaps(context.pageSize().page(at))) {
                throw IOVA_HAS_DOORBELL.refusal(
                        "first",
                        range.first(),
                        "last",
                        range.last(),
                        "iova",
                        at,
                        "hwptId",
                        hwpt.id());
            }
        }
    }
}
