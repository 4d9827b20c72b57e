package dev.directmsi.api.host;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.ReservedRegion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function of a host: which SMMU translates it, which ITS takes its MSIs, and what it can do.
///
/// @param name unique on the host
/// @param smmu what translates it, absent where its DMA bypasses all SMMUs
/// @param streamIds its identities there; more than one for aliases
/// @param its absent where no ITS takes its MSIs
/// @param itsDeviceId its DeviceID there
/// @param group IOMMU group
/// @param msi the MSI capability, absent without
/// @param msix vectors of the MSI-X table, 0 without
/// @param pasidBits PASID width, 0 without
/// @param canwbs whether its writes are always written back
/// @param ats whether it may cache translations
/// @param pri whether it can request pages
/// @param dirtyTracking whether dirty pages can be tracked for it, where its IOMMU can
/// @param virtualFunction whether it is an SR-IOV virtual function
/// @param msiBypassesSmmu whether its MSI writes are not translated
/// @param reserved the firmware's reserved regions
record HostDeviceResponse(
        String name,
        @Nullable String smmu,
        List<U32> streamIds,
        @Nullable String its,
        @Nullable U32 itsDeviceId,
        int group,
        @Nullable Msi msi,
        int msix,
        int pasidBits,
        boolean canwbs,
        boolean ats,
        boolean pri,
        boolean dirtyTracking,
        boolean virtualFunction,
        boolean msiBypassesSmmu,
        List<Reserved> reserved) {

    /// The MSI capability.
    ///
    /// @param vectors a power of two up to 32
    /// @param address64 whether it takes 64-bit addresses
    record Msi(int vectors, boolean address64) {}

    /// A reserved region.
    ///
    /// @param first lowest address
    /// @param last highest address
    /// @param type as /sys/kernel/iommu_groups/N/reserved_regions says
    record Reserved(U64 first, U64 last, ReservedRegion.Type type) {}

    static HostDeviceResponse of(PciFunction function) {
        PciFunction.MsiCapability msi = function.msi();
        return new HostDeviceResponse(
                function.name(),
                function.smmu(),
                function.streamIds().stream().map(id -> new U32(id.value())).toList(),
                function.its(),
                function.its() == null ? null : new U32(function.itsDeviceId()),
                function.group(),
                msi == null ? null : new Msi(msi.vectors(), msi.address64()),
                function.msixVectors(),
                function.pasidBits(),
                function.canwbs(),
                function.ats(),
                function.pri(),
                function.dirtyTracking(),
                function.virtualFunction(),
                function.msiBypassesSmmu(),
                function.reserved().stream()
                        .map(region ->
                                new Reserved(
                                        new U64(region.range().first()),
                                        new U64(region.range().last()),
                                        region.type()))
                        .toList());
    }
}
