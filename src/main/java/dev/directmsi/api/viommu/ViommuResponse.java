package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;

/// A guest's slice of one SMMU.
///
/// @param usedBy virtual devices, nested page tables, queues
/// @param viommuType `ARM_SMMUV3` or `TEGRA241_CMDQV`
/// @param hwptId the nest parent
/// @param smmu the physical SMMU
public record ViommuResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        NameOrNumber viommuType,
        ObjectId hwptId,
        String smmu) {

    /// Shows one.
    public static ViommuResponse of(Viommu viommu, ContextView context) {
        return new ViommuResponse(
                viommu.id(),
                Types.of(viommu),
                viommu.createdRevision(),
                List.copyOf(context.relations().usersOf(viommu.id())),
                NameOrNumber.of(ViommuAllocRequest.TYPES, viommu.type()),
                viommu.parent(),
                viommu.smmu());
    }
}
