package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.TlbInvalidation;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

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
        context.require(ioasId, Ioas.class, IOAS_NOT_FOUND);
        boolean everything = iova == 0 && length == -1;
        if (!everything && (iova == -1 || length == -1)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        AddressRange range = everything ? AddressRange.ALL : Unmapping.range(iova, length);
        Unmapping unmapping =
                Unmapping.of(context, ioasId, range, context.mappings(ioasId).in(range));
        List<Mapping> gone = unmapping.gone();
        List<Change> changes = unmapping.pinChanges(context, ioasId);
        for (Mapping area : gone) {
            DirtyPages.forget(context, ioasId, area, changes);
            changes.add(new Change.MappingRemoved(ioasId, area));
        }
        if (unmapping.stopped() != null) {
            return new Decision.Partial<>(
                    changes, unmapping.stopped().with("progress", unmapping.progress()));
        }
        if (gone.isEmpty() && !everything) {
            throw UNMAP_NOTHING.refusal(
                    "first", range.first(), "last", range.last(), "ioasId", ioasId);
        }
        return Decision.of(
                new Unmapped(
                        unmapping.bytes(),
                        gone.size(),
                        TlbInvalidation.ofUnmap(context, ioasId, gone)),
                changes);
    }
}
