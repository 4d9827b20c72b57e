package dev.directmsi.api.device;

import dev.directmsi.api.wire.IssuedCommand;
import dev.directmsi.api.wire.U32;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a device is attached.
///
/// @param ptId what was asked for; later the address space of an automatic table, else the table
/// @param hwptId the page table in use
/// @param copy its stage-2 copy, on a DIRECT_MSI parent
/// @param replaced whether this took the place of another attachment
/// @param smmuCommands what the SMMU was told to forget
public record AttachmentResponse(
        ObjectId ptId,
        ObjectId hwptId,
        @Nullable CopyReference copy,
        @Nullable Boolean replaced,
        @Nullable List<IssuedCommand> smmuCommands) {

    /// A stage-2 copy.
    ///
    /// @param key as its path below the page table has it: `smmu0.its0`, `smmu0.none`
    /// @param smmu whose table it is
    /// @param its where the MSIs of its members end; absent without
    /// @param vmid tag of its translations
    public record CopyReference(String key, String smmu, @Nullable String its, U32 vmid) {

        static @Nullable CopyReference of(@Nullable S2Copy copy) {
            return copy == null
                    ? null
                    : new CopyReference(
                            copy.key().toString(),
                            copy.smmu(),
                            copy.its(),
                            new U32(copy.vmid().value()));
        }
    }

    /// How it stands.
    static AttachmentResponse state(AttachDevice.Attached attached) {
        return new AttachmentResponse(
                attached.ptId(), attached.hwptId(), CopyReference.of(attached.copy()), null, null);
    }

    /// What has been done.
    static AttachmentResponse done(AttachDevice.Attached attached) {
        return new AttachmentResponse(
                attached.ptId(),
                attached.hwptId(),
                CopyReference.of(attached.copy()),
                attached.replaced(),
                IssuedCommand.of(attached.smmuCommands()));
    }
}
