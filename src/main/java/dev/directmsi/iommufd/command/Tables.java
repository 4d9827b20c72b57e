package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Relations;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.driver.TableShape;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What it takes to give an IOAS one more page table. */
final class Tables {

    private Tables() {}

    /** A page table of a driver's shape; not yet checked against its IOAS. */
    static HwptPaging make(
            ContextView context,
            ObjectId id,
            ObjectId ioas,
            String iommu,
            TableShape shape,
            Set<HwptFlag> flags,
            boolean automatic,
            @Nullable ObjectId faultQueue) {
        return new HwptPaging(
                id,
                context.nextRevision(),
                ioas,
                automatic,
                flags,
                iommu,
                shape.stage(),
                shape.granule(),
                shape.aperture(),
                shape.tag(),
                shape.enforcesCoherency(),
                faultQueue,
                false,
                0,
                List.of());
    }

    /**
     * Adding a page table to an IOAS (kernel: {@code iopt_table_add_domain}), in this order: its
     * granule against the page size, mappings against the granule, mappings, allowed ranges and MSI
     * pages against the aperture, and whether it can be filled.
     */
    static void checkAdding(
            ContextView context,
            ObjectId ioasId,
            String smmu,
            PageSize granule,
            AddressRange aperture) {
        Ioas ioas = context.require(ioasId, Ioas.class, IOAS_MISSING);
        Relations.Space space = context.relations().space(ioasId);
        if (granule.compareTo(context.pageSize()) > 0) {
            throw GRANULE_TOO_LARGE.refusal(
                    "smmu",
                    smmu,
                    "granule",
                    granule.toString(),
                    "pageSize",
                    context.pageSize().toString());
        }
        if (granule.bytes() > space.alignment()) {
            checkAlignment(context, ioasId, granule.bytes());
        }
        for (AddressRange outside :
                new dev.directmsi.address.RangeSet(List.of(aperture)).complement()) {
            context.mappings(ioasId)
                    .firstIn(outside)
                    .ifPresent(area -> {
                        throw outside(ioasId, area.range(), aperture);
                    });
            ioas.allowed().stream()
                    .filter(outside::overlaps)
                    .findFirst()
                    .ifPresent(allowed -> {
                        throw outside(ioasId, allowed, aperture);
                    });
            space.reservations().stream()
                    .filter(other -> other.kind() == Reservation.Kind.MSI_PAGE)
                    .filter(other -> other.range().overlaps(outside))
                    .findFirst()
                    .ifPresent(page -> {
                        throw outside(ioasId, page.range(), aperture);
                    });
        }
        Filling.checkAll(context, ioasId, granule);
    }

    /** Every mapping has IOVA, length and page offset aligned. */
    static void checkAlignment(ContextView context, ObjectId ioasId, long alignment) {
        if (context.mappings(ioasId).areAligned(alignment)) {
            return;
        }
        for (Mapping area : context.mappings(ioasId).all()) {
            long offset = context.pageSize().offset(area.backing().start());
            if (((area.first() | area.length() | offset) & alignment - 1) != 0) {
                throw IOAS_MISALIGNED.refusal(
                        "first",
                        area.first(),
                        "last",
                        area.last(),
                        "ioasId",
                        ioasId,
                        "alignment",
                        alignment);
            }
        }
    }

    private static RuntimeException outside(
            ObjectId ioasId, AddressRange range, AddressRange aperture) {
        return APERTURE_CONFLICT.refusal(
                "first",
                range.first(),
                "last",
                range.last(),
                "ioasId",
                ioasId,
                "apertureFirst",
                aperture.first(),
                "apertureLast",
                aperture.last());
    }
}
