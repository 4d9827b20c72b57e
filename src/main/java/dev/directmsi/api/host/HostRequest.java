package dev.directmsi.api.host;

import dev.directmsi.api.wire.Granule;
import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.pci.ReservedRegion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A topology document, in JSON or YAML, or `preset` alone for a private copy of one.
///
/// Describes the body for the API document; the reading, with all its defaults and checks, is
/// `control.host.TopologyDocument`'s.
record HostRequest(
        @Nullable String preset,
        @Nullable String name,
        @Nullable Granule hostPageSize,
        @Nullable U64 ramBase,
        @Nullable Boolean busMasterAtBind,
        @Nullable List<HostSmmu> smmus,
        @Nullable List<HostMock> mocks,
        @Nullable List<HostIts> itses,
        @Nullable List<HostDevice> devices) {

    /// An SMMU of a document; see SmmuResponse.
    record HostSmmu(
            String name,
            U64 base,
            @Nullable Integer oas,
            @Nullable List<Granule> granules,
            @Nullable Integer vmidBits,
            @Nullable Integer sidBits,
            @Nullable Integer ssidBits,
            @Nullable Boolean nesting,
            @Nullable Boolean s2fwb,
            @Nullable Integer httu,
            @Nullable Boolean stall,
            @Nullable Boolean ats,
            @Nullable Boolean coherent,
            @Nullable Integer commandQueues) {}

    /// The mock IOMMU of the kernel's test driver.
    record HostMock(String name) {}

    /// An ITS of a document; see ItsResponse.
    record HostIts(
            String name,
            U64 frameBase,
            @Nullable Integer deviceIdBits,
            @Nullable Integer eventIdBits,
            @Nullable Boolean isolated) {}

    /// A function of a document; see HostDeviceResponse.
    record HostDevice(
            String name,
            @Nullable String smmu,
            @Nullable List<U32> streamIds,
            @Nullable String its,
            @Nullable U32 itsDeviceId,
            @Nullable Integer group,
            @Nullable HostMsi msi,
            @Nullable Integer msix,
            @Nullable Integer pasidBits,
            @Nullable Boolean canwbs,
            @Nullable Boolean ats,
            @Nullable Boolean pri,
            @Nullable Boolean dirtyTracking,
            @Nullable Boolean virtualFunction,
            @Nullable Boolean msiBypassesSmmu,
            @Nullable List<HostReserved> reserved) {}

    /// An MSI capability of a document.
    record HostMsi(int vectors, @Nullable Boolean address64) {}

    /// A reserved region of a document.
    record HostReserved(U64 first, U64 last, ReservedRegion.Type type) {}
}
