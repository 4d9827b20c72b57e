package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
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
            take(pinning, ioas.id(), area);
            tables.forEach(hwpt -> checkDoorbells(context, hwpt, area.range()));
        }
    }

    /** Checks all mappings of an IOAS that gets its first page table. */
    static void checkAll(ContextView context, ObjectId ioas) {
        var pinning = new Pinning(context);
        context.mappings(ioas).all().forEach(area -> take(pinning, ioas, area));
    }

    /** Its memory is pinned; then a page table refuses what permits nothing. */
    private static void take(Pinning pinning, ObjectId ioas, Mapping area) {
        pinning.pin(area);
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
