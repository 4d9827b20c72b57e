package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.ProgramVectors;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a guest wrote for several vectors: all or nothing.
///
/// @param vectors in the order in which they are decided
record VectorsRequest(List<IndexedVector> vectors) {

    /// One of them.
    ///
    /// @param index entry of the MSI-X table, or number of the MSI message
    /// @param guestVa the address, all 64 bits
    /// @param guestData the guest's EventID; 0 if absent
    /// @param target the IPA in the same call
    /// @param enable program the device; true if absent
    /// @param masked keep the message, but do not let the device write it; false if absent
    record IndexedVector(
            U32 index,
            U64 guestVa,
            @Nullable U32 guestData,
            @Nullable MsiTargetRequest target,
            @Nullable Boolean enable,
            @Nullable Boolean masked) {

        ProgramVectors.Request toRequest() {
            return new VectorRequest(guestVa, guestData, target, enable, masked).at(index);
        }
    }

    ProgramVectors toCommand(ObjectId device) {
        return new ProgramVectors(device, vectors.stream().map(IndexedVector::toRequest).toList());
    }
}
