package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * IOMMU_IOAS_UNMAP: removes whole mappings, lowest first. Stops at one that the range cuts or that
 * is locked, and what was removed before stays removed, as in Linux. Never touches an MSI page.
 *
 * @param iova 0 together with a length of 2^64-1 means everything, and succeeds when there is
 *     nothing
 */
public record UnmapPages(ObjectId ioasId, long iova, long length)
        implements Command<UnmapPages.Unmapped> {

    /**
     * What went.
     *
     * @param bytes sum of the removed mappings
     * @param smmuCommands what every page table's SMMU was told
     */
    public record Unmapped(long bytes, int mappings, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "IOMMU_IOAS_UNMAP";
    }

    @Override
    public Decision<Unmapped> decide(ContextView context) {
        Ioas ioas = context.require(ioasId, Ioas.class, IOAS_NOT_FOUND);
        boolean everything = iova == 0 && length == -1;
        if (!everything) {
            if (iova == -1 || length == -1) {
                throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
            }
            if (length == 0) {
                throw LENGTH_INVALID.refusal("length", length);
            }
            if (AddressRange.wraps(iova, length)) {
                throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
            }
        }
        AddressRange range = everything ? AddressRange.ALL : AddressRange.of(iova, length);
        var gone = new ArrayList<Mapping>();
        long bytes = 0;
        Optional<Rejection> stopped = Optional.empty();
        for (Mapping area : context.mappings(ioasId).in(range)) {
            stopped = obstacle(context, ioas, range, area);
            if (stopped.isPresent()) {
                break;
            }
            gone.add(area);
            bytes += area.length();
        }
        List<Change> changes = changes(context, ioasId, gone);
        if (stopped.isPresent()) {
            return new Decision.Partial<>(
                    changes, stopped.get().with("progress", progress(bytes, gone.size())));
        }
        if (gone.isEmpty() && !everything) {
            throw UNMAP_NOTHING.refusal(
                    "first", range.first(), "last", range.last(), "ioasId", ioasId);
        }
        return Decision.of(
                new Unmapped(bytes, gone.size(), TlbInvalidation.ofUnmap(context, ioasId, gone)),
                changes);
    }

    private static String progress(long bytes, int mappings) {
        return mappings + " mappings of " + bytes + " bytes were unmapped";
    }

    private static Optional<Rejection> obstacle(
            ContextView context, Ioas ioas, AddressRange range, Mapping area) {
        for (KernelAccess access : context.relations().accessesOf(ioas.id())) {
            if (access.isLocking() && access.pins(area.range())) {
                return Optional.of(
                        UNMAP_LOCKED.refusal(
                                "ioasId",
                                ioas.id(),
                                "conflictFirst",
                                area.first(),
                                "conflictLast",
                                area.last(),
                                "queue",
                                String.valueOf(access.hwQueue())));
            }
        }
        return range.contains(area.range())
                ? Optional.empty()
                : Optional.of(
                        UNMAP_WOULD_CUT.refusal(
                                "first",
                                range.first(),
                                "last",
                                range.last(),
                                "ioasId",
                                ioas.id(),
                                "conflictFirst",
                                area.first(),
                                "conflictLast",
                                area.last()));
    }

    /** Accesses are called back for each mapping that goes, and let go of all that touches it. */
    private static List<Change> changes(ContextView context, ObjectId ioas, List<Mapping> gone) {
        var changes = new ArrayList<Change>(gone.size());
        for (KernelAccess access : context.relations().accessesOf(ioas)) {
            KernelAccess after =
                    access.withoutPins(pin ->
                            gone.stream().anyMatch(area -> pin.range().overlaps(area.range())));
            if (!after.equals(access)) {
                changes.add(new Change.ObjectReplaced(access, after));
            }
        }
        gone.forEach(area -> changes.add(new Change.MappingRemoved(ioas, area)));
        return changes;
    }
}
