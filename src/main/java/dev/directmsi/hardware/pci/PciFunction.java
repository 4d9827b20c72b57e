package dev.directmsi.hardware.pci;

import dev.directmsi.hardware.smmu.StreamId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One function as the host's firmware describes it: which SMMU translates it, which ITS takes its
 * MSIs, and what it can do.
 *
 * @param name unique on the host; {@code 0000:01:00.0} for a PCI function
 * @param smmu the SMMU that translates it (the mock IOMMU on the kernel's test machine), or null
 *     where its DMA bypasses all of them
 * @param streamIds its identities there; more than one for aliases behind a bridge
 * @param its the ITS that takes its MSIs, or null
 * @param itsDeviceId its DeviceID there; a namespace of its own per ITS
 * @param group IOMMU group: the unit of attachment
 * @param msi the MSI capability, or null
 * @param msixVectors size of the MSI-X table, 0 without the capability
 * @param pasidBits PASID width, 0 without the capability
 * @param canwbs the root complex always writes back, also for No-Snoop (IORT memory access
 *     properties)
 * @param ats the function has the ATS capability
 * @param msiBypassesSmmu its MSI writes are not translated (HiSilicon HI161X)
 * @param virtualFunction an SR-IOV virtual function
 * @param pri the function has the page request interface
 * @param dirtyTracking dirty pages can be tracked for it, where its IOMMU can do that at all
 * @param reserved firmware's reserved regions, without the SMMU driver's own SW_MSI window
 */
public record PciFunction(
        String name,
        @Nullable String smmu,
        List<StreamId> streamIds,
        @Nullable String its,
        int itsDeviceId,
        int group,
        @Nullable MsiCapability msi,
        int msixVectors,
        int pasidBits,
        boolean canwbs,
        boolean ats,
        boolean msiBypassesSmmu,
        boolean virtualFunction,
        boolean pri,
        boolean dirtyTracking,
        List<ReservedRegion> reserved) {

    /** A function for which dirty pages can be tracked. */
    public PciFunction(
            String name,
            @Nullable String smmu,
            List<StreamId> streamIds,
            @Nullable String its,
            int itsDeviceId,
            int group,
            @Nullable MsiCapability msi,
            int msixVectors,
            int pasidBits,
            boolean canwbs,
            boolean ats,
            boolean msiBypassesSmmu,
            boolean virtualFunction,
            boolean pri,
            List<ReservedRegion> reserved) {
        this(
                name,
                smmu,
                streamIds,
                its,
                itsDeviceId,
                group,
                msi,
                msixVectors,
                pasidBits,
                canwbs,
                ats,
                msiBypassesSmmu,
                virtualFunction,
                pri,
                true,
                reserved);
    }

    /**
     * The MSI capability (PCI local bus 3.0, 6.8.1).
     *
     * @param vectors 1 to 32, a power of two
     * @param address64 whether it has the upper address register
     */
    public record MsiCapability(int vectors, boolean address64) {}

    public PciFunction {
        streamIds = List.copyOf(streamIds);
        reserved = List.copyOf(reserved);
    }

    /** Whether it can send message-signalled interrupts at all. */
    public boolean hasMsi() {
        return msi != null || msixVectors > 0;
    }

    /** Vectors of the larger of its capabilities. */
    public int vectors() {
        return Math.max(msixVectors, msi == null ? 0 : msi.vectors());
    }

    /**
     * Entries of its interrupt translation table: a power of two of at least 2, or 32 for DeviceID
     * 0, as Linux allocates it.
     */
    public int ittSize() {
        int wanted = Math.max(2, Math.max(vectors(), itsDeviceId == 0 ? 32 : 0));
        return Integer.highestOneBit(wanted - 1) << 1;
    }
}
