package dev.directmsi.iommufd.object;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hardware page table fed by an IOAS.
 *
 * @param ioas where its mappings come from
 * @param automatic made by attaching a device to an IOAS; goes with its last attachment
 * @param flags as given to IOMMU_HWPT_ALLOC
 * @param smmu the SMMU it was allocated for; a table that is not DIRECT_MSI belongs to it alone
 * @param stage 1 or 2: the format of the table
 * @param granule translation granule on that SMMU
 * @param aperture input addresses it can translate
 * @param tag its ASID (stage 1) or VMID (stage 2); 0 for DIRECT_MSI, whose copies have one each
 * @param enforcesCoherency refuses devices whose root complex does not guarantee write-back
 * @param faultQueue the fault queue given with FAULT_ID_VALID
 * @param dirtyTracking whether IOMMU_HWPT_SET_DIRTY_TRACKING turned tracking on
 * @param doorbellPages bitmap of the context's doorbell pages that are mapped in its window; never
 *     cleared
 * @param copies stage-2 copies of a DIRECT_MSI parent, ascending by SMMU, ITS
 */
public record HwptPaging(
        ObjectId id,
        long createdRevision,
        ObjectId ioas,
        boolean automatic,
        Set<HwptFlag> flags,
        String smmu,
        int stage,
        PageSize granule,
        AddressRange aperture,
        int tag,
        boolean enforcesCoherency,
        @Nullable ObjectId faultQueue,
        boolean dirtyTracking,
        long doorbellPages,
        List<S2Copy> copies)
        implements IommufdObject {

    public HwptPaging {
        flags = Set.copyOf(flags);
        copies = List.copyOf(copies);
    }

    public boolean isNestParent() {
        return flags.contains(HwptFlag.NEST_PARENT);
    }

    /** Whether it is the proposal's logical stage-2 domain, with copies per (SMMU, ITS). */
    public boolean isDirect() {
        return flags.contains(HwptFlag.DIRECT_MSI);
    }

    public boolean isPasidCompatible() {
        return flags.contains(HwptFlag.PASID);
    }

    public HwptPaging withDoorbellPages(long pages) {
        return new HwptPaging(
                id,
                createdRevision,
                ioas,
                automatic,
                flags,
                smmu,
                stage,
                granule,
                aperture,
                tag,
                enforcesCoherency,
                faultQueue,
                dirtyTracking,
                pages,
                copies);
    }

    public HwptPaging withCopies(List<S2Copy> newCopies) {
        return new HwptPaging(
                id,
                createdRevision,
                ioas,
                automatic,
                flags,
                smmu,
                stage,
                granule,
                aperture,
                tag,
                enforcesCoherency,
                faultQueue,
                dirtyTracking,
                doorbellPages,
                newCopies);
    }

    public HwptPaging withDirtyTracking(boolean enabled) {
        return new HwptPaging(
                id,
                createdRevision,
                ioas,
                automatic,
                flags,
                smmu,
                stage,
                granule,
                aperture,
                tag,
                enforcesCoherency,
                faultQueue,
                enabled,
                doorbellPages,
                copies);
    }
}
