package dev.directmsi.api.device;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.msi.VectorState;
import java.util.List;
import java.util.stream.Stream;

/// The interrupts of a device.
///
/// @param type which are in force
/// @param count vectors that are allocated
/// @param active vectors that are programmed
/// @param available what the device has
record IrqsResponse(Device.IrqType type, int count, int active, List<IrqsAvailable> available) {

    /// An interrupt index (VFIO_DEVICE_GET_IRQ_INFO).
    ///
    /// @param type its name
    /// @param count vectors it has
    record IrqsAvailable(Device.IrqType type, int count) {}

    static IrqsResponse of(Device device, ContextView context) {
        PciFunction function = context.function(device);
        PciFunction.MsiCapability msi = function.msi();
        long active =
                context.vectors(device.id()).values().stream()
                        .filter(vector -> vector.state() instanceof VectorState.Active)
                        .count();
        return new IrqsResponse(
                device.irqType(),
                device.irqCount(),
                (int) active,
                Stream.of(
                                new IrqsAvailable(
                                        Device.IrqType.MSI, msi == null ? 0 : msi.vectors()),
                                new IrqsAvailable(Device.IrqType.MSIX, function.msixVectors()))
                        .filter(available -> available.count() > 0)
                        .toList());
    }
}
