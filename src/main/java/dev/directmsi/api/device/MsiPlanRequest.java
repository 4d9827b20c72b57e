package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.command.PlanMsi;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The devices that a virtual machine is to have.
///
/// @param hwptId a DIRECT_MSI parent whose copies and mappings count; absent for a fresh one
/// @param devices need not be bound
record MsiPlanRequest(@Nullable ObjectId hwptId, List<PlannedDevice> devices) {

    /// A device with its target; none of the two for a device without MSIs.
    ///
    /// @param device name of the function
    /// @param frameBase IPA of the guest's ITS
    /// @param doorbell IPA of the register
    record PlannedDevice(String device, @Nullable U64 frameBase, @Nullable U64 doorbell) {}

    PlanMsi toCommand() {
        return new PlanMsi(
                hwptId,
                devices.stream()
                        .map(planned ->
                                new PlanMsi.Planned(
                                        planned.device(),
                                        MsiTargetRequest.ipa(planned.frameBase()),
                                        MsiTargetRequest.ipa(planned.doorbell())))
                        .toList());
    }
}
