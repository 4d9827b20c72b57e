package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Relations;
import dev.directmsi.iommufd.Reservation;
import dev.directmsi.iommufd.TableView;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to give an IOAS one more page table, and the tags (ASID, VMID) that tables need.
 */
final class Tables {

    private static final int ASID_LIMIT = 0xffff;

    private Tables() {}

    /** A page table on {@code smmu} with a fresh tag; not yet checked against its IOAS. */
    static HwptPaging make(
            ContextView context,
            ObjectId id,
            ObjectId ioas,
            Smmu smmu,
            Set<HwptFlag> flags,
            boolean automatic,
            boolean enforcesCoherency,
            @Nullable ObjectId faultQueue) {
        int stage = flags.contains(HwptFlag.NEST_PARENT) ? 2 : 1;
        PageSize granule = smmu.granuleFor(context.pageSize());
        AddressRange aperture =
                stage == 2
                        ? Reservation.stage2Aperture(smmu, granule)
                        : new AddressRange(0, (1L << TableView.stage1Bits(smmu, granule)) - 1);
        int tag =
                flags.contains(HwptFlag.DIRECT_MSI)
                        ? 0
                        : stage == 2
                                ? freeVmid(context, smmu, Set.of()).value()
                                : freeAsid(context, smmu);
        return new HwptPaging(
                id,
                context.nextRevision(),
                ioas,
                automatic,
                flags,
                smmu.name(),
                stage,
                granule,
                aperture,
                tag,
                enforcesCoherency,
                faultQueue,
                false,
                0,
                List.of());
    }

    /**
     * The claim of a table's own tag; null for a DIRECT_MSI parent, whose copies have their own.
     */
    static @Nullable Claim tagClaim(HwptPaging hwpt) {
        if (hwpt.isDirect()) {
            return null;
        }
        return hwpt.stage() == 2
                ? new Claim.VmidClaim(hwpt.smmu(), new Vmid(hwpt.tag()))
                : new Claim.AsidClaim(hwpt.smmu(), hwpt.tag());
    }

    /**
     * The lowest VMID of an SMMU that is neither claimed nor {@code taken} by this very decision.
     */
    static Vmid freeVmid(ContextView context, Smmu smmu, Collection<Vmid> taken) {
        for (int vmid = 1; vmid <= smmu.vmidLimit(); vmid++) {
            var candidate = new Vmid(vmid);
            if (!context.claims().vmidTaken(smmu.name(), vmid) && !taken.contains(candidate)) {
                return candidate;
            }
        }
        throw VMIDS_EXHAUSTED.refusal("limit", smmu.vmidLimit(), "smmu", smmu.name());
    }

    private static int freeAsid(ContextView context, Smmu smmu) {
        for (int asid = 1; asid <= ASID_LIMIT; asid++) {
            if (!context.claims().asidTaken(smmu.name(), asid)) {
                return asid;
            }
        }
        throw ASIDS_EXHAUSTED.refusal("limit", ASID_LIMIT, "smmu", smmu.name());
    }

    /**
     * Adding a page table to an IOAS (kernel: {@code iopt_table_add_domain}), in this order: its
     * granule against the page size, mappings against the granule, mappings, allowed ranges and MSI
     * pages against the aperture, and for the first table whether all memory is there.
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
        if (context.relations().tablesOf(ioasId).isEmpty()) {
            Filling.checkAll(context, ioasId);
        }
    }

    /** Every mapping has IOVA, length and page offset aligned. */
    static void checkAlignment(ContextView context, ObjectId ioasId, long alignment) {
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
