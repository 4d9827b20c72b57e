package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
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
        List<Change> changes = new ArrayList<>(gone.size());
        for (Mapping area : gone) {
            DirtyPages.forget(context, ioasId, area, changes);
            changes.add(new Change.MappingRemoved(ioasId, area));
        }
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
        Optional<HwQueue> lock =
                context.all(HwQueue.class).stream()
                        .filter(queue -> queue.locked().overlaps(area.range()))
                        .filter(queue ->
                                context.find(queue.viommu(), Viommu.class)
                                        .flatMap(viommu ->
                                                context.find(viommu.parent(), HwptPaging.class))
                                        .filter(hwpt -> hwpt.ioas().equals(ioas.id()))
                                        .isPresent())
                        .findFirst();
        if (lock.isPresent()) {
            return Optional.of(
                    UNMAP_LOCKED.refusal(
                            "ioasId",
                            ioas.id(),
                            "conflictFirst",
                            area.first(),
                            "conflictLast",
                            area.last(),
                            "queue",
                            lock.get().id()));
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
}
