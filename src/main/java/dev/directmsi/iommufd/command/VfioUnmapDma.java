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
import dev.directmsi.iommufd.object.Ioas;
import java.util.ArrayList;
import java.util.List;

/**
 * VFIO_IOMMU_UNMAP_DMA on the compatibility IOAS. To unmap nothing is fine. Where large pages are
 * forbidden, mappings that the range cuts are cut first, and stay so whatever follows.
 *
 * @param flags {@link #ALL}, with neither iova nor length
 */
public record VfioUnmapDma(long flags, long iova, long length)
        implements Command<VfioUnmapDma.Unmapped> {

    /** VFIO_DMA_UNMAP_FLAG_ALL. */
    public static final int ALL = 2;

    /**
     * What went.
     *
     * @param bytes sum of the removed mappings
     * @param smmuCommands what every page table's SMMU was told
     */
    public record Unmapped(long bytes, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_IOMMU_UNMAP_DMA";
    }

    @Override
    public Decision<Unmapped> decide(ContextView context) {
        if ((flags & ~ALL) != 0) {
            throw VFIO_FLAGS_INVALID.refusal("flags", flags);
        }
        Ioas ioas = SetVfioIoas.require(context);
        var cuts = new Cuts(context, ioas.id());
        if (flags == ALL) {
            if (iova != 0 || length != 0) {
                throw VFIO_UNMAP_ALL_RANGE.refusal("iova", iova, "length", length);
            }
            return unmap(context, ioas, cuts, AddressRange.ALL);
        }
        try {
            if (!ioas.hugePages()) {
                cuts.after(iova + length - 1);
                if (iova != 0) {
                    cuts.after(iova - 1);
                }
            }
            return unmap(context, ioas, cuts, Unmapping.range(iova, length));
        } catch (Rejection rejection) {
            List<Change> changes = cuts.changes(List.of());
            if (changes.isEmpty()) {
                throw rejection;
            }
            return new Decision.Partial<>(changes, rejection.with("progress", "mappings were cut"));
        }
    }

    private static Decision<Unmapped> unmap(
            ContextView context, Ioas ioas, Cuts cuts, AddressRange range) {
        Unmapping unmapping = Unmapping.of(context, ioas.id(), range, cuts.in(range));
        var changes = new ArrayList<>(unmapping.belongings(context, ioas.id()));
        changes.addAll(cuts.changes(unmapping.gone()));
        if (unmapping.stopped() != null) {
            return new Decision.Partial<>(
                    changes, unmapping.stopped().with("progress", unmapping.progress()));
        }
        return Decision.of(
                new Unmapped(
                        unmapping.bytes(),
                        TlbInvalidation.ofUnmap(context, ioas.id(), unmapping.gone())),
                changes);
    }
}
