package dev.directmsi.api.hwpt;

import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.Range;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page table: the host's own (`HWPT_PAGING`), or a guest's stage 1 on top of one
/// (`HWPT_NESTED`). Each has its own part of the properties.
///
/// @param usedBy attached devices, vIOMMUs, nested page tables
/// @param faultId its fault queue
/// @param ioasId where its mappings come from
/// @param automatic made by attaching a device to an IOAS
/// @param flags it was allocated with
/// @param smmu the SMMU it was allocated for
/// @param stage format of the table, 1 or 2
/// @param granule of the table
/// @param aperture what it can translate
/// @param vmid of stage 2; a DIRECT_MSI parent has one per copy instead
/// @param asid of stage 1
/// @param enforcesCoherency whether it refuses devices without CANWBS
/// @param dirtyTracking whether it is turned on
/// @param copies its stage-2 copies, with DIRECT_MSI
/// @param viommuId the vIOMMU it was made on
/// @param parentId the nest parent below
/// @param ste the words of the guest's stream table entry, or what the mock driver keeps
public record HwptResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        @Nullable ObjectId faultId,
        @Nullable ObjectId ioasId,
        @Nullable Boolean automatic,
        @Nullable List<HwptFlag> flags,
        @Nullable String smmu,
        @Nullable Integer stage,
        @Nullable Granule granule,
        @Nullable Range aperture,
        @Nullable U32 vmid,
        @Nullable U32 asid,
        @Nullable Boolean enforcesCoherency,
        @Nullable Boolean dirtyTracking,
        @Nullable List<S2CopyResponse> copies,
        @Nullable ObjectId viommuId,
        @Nullable ObjectId parentId,
        @Nullable List<U64> ste) {

    /// Shows a page table of the host.
    public static HwptResponse of(HwptPaging hwpt, ContextView context) {
        boolean direct = hwpt.isDirect();
        U32 tag = new U32(hwpt.tag());
        return new HwptResponse(
                hwpt.id(),
                Types.of(hwpt),
                hwpt.createdRevision(),
                List.copyOf(context.relations().usersOf(hwpt.id())),
                hwpt.faultQueue(),
                hwpt.ioas(),
                hwpt.automatic(),
                hwpt.flags().stream().sorted().toList(),
                hwpt.smmu(),
                hwpt.stage(),
                new Granule(hwpt.granule()),
                Range.of(hwpt.aperture()),
                hwpt.stage() == 2 && !direct ? tag : null,
                hwpt.stage() == 1 && hwpt.tag() != 0 ? tag : null,
                hwpt.enforcesCoherency(),
                hwpt.dirtyTracking(),
                direct ? S2CopyResponse.of(hwpt, context) : null,
                null,
                null,
                null);
    }

    /// Shows a guest's stage 1.
    public static HwptResponse of(HwptNested hwpt, ContextView context) {
        return new HwptResponse(
                hwpt.id(),
                Types.of(hwpt),
                hwpt.createdRevision(),
                List.copyOf(context.relations().usersOf(hwpt.id())),
                hwpt.faultQueue(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                hwpt.viommu(),
                hwpt.parent(),
                List.of(new U64(hwpt.word0()), new U64(hwpt.word1())));
    }
}
