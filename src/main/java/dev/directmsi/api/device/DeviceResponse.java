package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.its.Its;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.AttachDevice;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A bound device: its place in the host, where it is attached, and how it interrupts.
///
/// @param type `DEVICE`
/// @param createdRevision tells a reused id from the old object
/// @param device name of the function
/// @param smmu translates it
/// @param streamIds its identities there
/// @param its takes its MSIs, absent where none does
/// @param itsDeviceId its DeviceID there
/// @param doorbell physical address of GITS_TRANSLATER of that ITS
/// @param group IOMMU group
/// @param attachment absent while its DMA is blocked
/// @param vdeviceId its virtual device
/// @param target its MSI target (the proposal)
/// @param interrupts what its capabilities can do
/// @param irqType what VFIO_DEVICE_SET_IRQS has in force
/// @param irqCount vectors that it allocated
/// @param busMaster whether it may issue memory transactions
/// @param usedBy the objects that name it: its virtual device, its mock
public record DeviceResponse(
        ObjectId id,
        String type,
        long createdRevision,
        String device,
        String smmu,
        List<U32> streamIds,
        @Nullable String its,
        @Nullable U32 itsDeviceId,
        @Nullable U64 doorbell,
        int group,
        @Nullable AttachmentResponse attachment,
        @Nullable ObjectId vdeviceId,
        @Nullable MsiTargetResponse target,
        InterruptCapability interrupts,
        Device.IrqType irqType,
        int irqCount,
        boolean busMaster,
        List<ObjectId> usedBy) {

    /// What a function can do.
    ///
    /// @param msi vectors of the MSI capability, 0 without
    /// @param msiAddress64 whether that takes addresses above 4 GiB
    /// @param msix vectors of the MSI-X table, 0 without
    /// @param msiBypassesSmmu whether its MSI writes are not translated
    public record InterruptCapability(
            int msi, boolean msiAddress64, int msix, boolean msiBypassesSmmu) {

        static InterruptCapability of(PciFunction function) {
            PciFunction.MsiCapability msi = function.msi();
            return new InterruptCapability(
                    msi == null ? 0 : msi.vectors(),
                    msi != null && msi.address64(),
                    function.msixVectors(),
                    function.msiBypassesSmmu());
        }
    }

    /// Shows one that the context has, or that it is about to have.
    public static DeviceResponse of(Device device, ContextView context) {
        PciFunction function = context.function(device);
        Optional<Its> its = Optional.ofNullable(function.its()).flatMap(context.host()::its);
        return new DeviceResponse(
                device.id(),
                Types.of(device),
                device.createdRevision(),
                device.function(),
                context.iommuOf(device),
                function.streamIds().stream().map(id -> new U32(id.value())).toList(),
                function.its(),
                its.map(_ -> new U32(function.itsDeviceId())).orElse(null),
                its.map(found -> U64.of(found.doorbell())).orElse(null),
                device.group(),
                AttachDevice.describe(context, device).map(AttachmentResponse::state).orElse(null),
                context.relations().vdeviceOf(device.id()).map(Vdevice::id).orElse(null),
                MsiTargetResponse.of(device, context).orElse(null),
                InterruptCapability.of(function),
                device.irqType(),
                device.irqCount(),
                device.busMaster(),
                List.copyOf(context.relations().referrersOf(device.id())));
    }
}
