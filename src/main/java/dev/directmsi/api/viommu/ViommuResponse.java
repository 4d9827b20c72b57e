package dev.directmsi.api.viommu;

import dev.directmsi.api.wire.NameOrNumber;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A guest's slice of one SMMU.
///
/// @param usedBy virtual devices, nested page tables, queues
/// @param viommuType `ARM_SMMUV3` or `TEGRA241_CMDQV`; the test driver's is `SELFTEST`
/// @param hwptId the nest parent
/// @param smmu the physical SMMU
/// @param window what the process can map of it
/// @param data the request's data with what the driver wrote into it; only when it is made
public record ViommuResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> usedBy,
        NameOrNumber viommuType,
        ObjectId hwptId,
        String smmu,
        @Nullable WindowResponse window,
        @Nullable RawData data) {

    /// Pages that can be mapped through the context's file descriptor.
    ///
    /// @param mappings how often they are mapped
    public record WindowResponse(U64 offset, U64 length, int mappings) {

        static @Nullable WindowResponse of(@Nullable MmapWindow window) {
            return window == null
                    ? null
                    : new WindowResponse(
                            new U64(window.offset()), new U64(window.length()), window.mappings());
        }
    }

    /// A driver's structure.
    ///
    /// @param raw in base64
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record RawData(byte[] raw) {}

    /// Shows one.
    public static ViommuResponse of(Viommu viommu, ContextView context) {
        return of(viommu, context, new byte[0]);
    }

    static ViommuResponse of(Viommu viommu, ContextView context, byte[] data) {
        return new ViommuResponse(
                viommu.id(),
                Types.of(viommu),
                viommu.createdRevision(),
                List.copyOf(context.relations().usersOf(viommu.id())),
                NameOrNumber.of(ViommuAllocRequest.TYPES, viommu.type()),
                viommu.parent(),
                viommu.smmu(),
                WindowResponse.of(viommu.window()),
                data.length == 0 ? null : new RawData(data));
    }
}
