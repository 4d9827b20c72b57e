package dev.directmsi.hardware.smmu;

import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import java.util.List;

/**
 * One SMMUv3 and what it implements. The register values that {@code GET_HW_INFO} reports follow
 * from the features (IHI 0070, 6.3).
 *
 * @param name unique on the host
 * @param base physical address of its registers
 * @param oas output address size in bits: 32, 36, 40, 42, 44, 48 or 52
 * @param granules translation granules, ascending, of 4K, 16K and 64K
 * @param vmidBits 1 to 16; hardware has 8 or 16, fewer make exhaustion easy to show
 * @param sidBits StreamID bits, 1 to 32
 * @param ssidBits SubstreamID bits, 0 to 20
 * @param nesting both stages implemented, and no erratum forbids to combine them
 * @param s2fwb stage 2 can force write-back (IDR3.FWB)
 * @param httu hardware update of translation tables: 0 none, 1 access flag, 2 dirty state too
 * @param stall the stall fault model is supported
 * @param ats address translation services are supported
 * @param coherent table walks are coherent (IDR0.COHACC); without it a device cannot be bound
 * @param commandQueues the Tegra241 CMDQV extension: virtual command queues per interface, 0 for
 *     none
 */
public record Smmu(
        String name,
        PhysAddr base,
        int oas,
        List<PageSize> granules,
        int vmidBits,
        int sidBits,
        int ssidBits,
        boolean nesting,
        boolean s2fwb,
        int httu,
        boolean stall,
        boolean ats,
        boolean coherent,
        int commandQueues) {

    private static final List<Integer> OAS_ENCODING = List.of(32, 36, 40, 42, 44, 48, 52);

    public Smmu {
        granules = granules.stream().sorted().toList();
    }

    /** The highest VMID. */
    public int vmidLimit() {
        return (1 << vmidBits) - 1;
    }

    /**
     * The granule a page table on this SMMU gets: the host's page size where the SMMU has it, else
     * the largest one below it, else the smallest above (which iommufd then refuses).
     */
    public PageSize granuleFor(PageSize hostPage) {
        PageSize best = granules.getFirst();
        for (PageSize granule : granules) {
            if (granule.compareTo(hostPage) <= 0) {
                best = granule;
            }
        }
        return best;
    }

    /** Stage-2 input and output size in bits: OAS, capped at 48 unless the granule is 64K. */
    public int stage2Bits(PageSize granule) {
        return granule.equals(PageSize.SIZE_64K) ? oas : Math.min(oas, 48);
    }

    /** Sizes of leaves with {@code granule}, ascending: pages and blocks. */
    public List<PageSize> leafSizes(PageSize granule) {
        if (granule.equals(PageSize.SIZE_4K)) {
            return List.of(granule, new PageSize(0x20_0000), new PageSize(0x4000_0000));
        }
        if (granule.equals(PageSize.SIZE_16K)) {
            return List.of(granule, new PageSize(0x200_0000));
        }
        var large = new PageSize(0x2000_0000);
        return oas == 52
                ? List.of(granule, large, new PageSize(1L << 42))
                : List.of(granule, large);
    }

    /**
     * IDR0: stages, AArch64 tables, coherency, HTTU, ATS, 16-bit ASIDs, VMID16, little endian,
     * stall model.
     */
    public int idr0() {
        return (nesting ? 1 : 0)
                | 1 << 1
                | 2 << 2
                | (coherent ? 1 << 4 : 0)
                | httu << 6
                | (ats ? 1 << 10 : 0)
                | 1 << 12
                | (vmidBits > 8 ? 1 << 18 : 0)
                | 2 << 21
                | (stall ? 0 : 1) << 24
                | 1 << 26
                | 1 << 27;
    }

    /** IDR1: StreamID and SubstreamID sizes, queue sizes of 2^19. */
    public int idr1() {
        return sidBits | ssidBits << 6 | 19 << 16 | 19 << 21;
    }

    /** IDR3: hierarchical attributes, XNX, range invalidation, break-before-make level 2, FWB. */
    public int idr3() {
        return 1 << 2 | 1 << 4 | (s2fwb ? 1 << 8 : 0) | 1 << 10 | 2 << 11;
    }

    /** IDR5: output size and granules. */
    public int idr5() {
        return OAS_ENCODING.indexOf(oas)
                | (granules.contains(PageSize.SIZE_4K) ? 1 << 4 : 0)
                | (granules.contains(PageSize.SIZE_16K) ? 1 << 5 : 0)
                | (granules.contains(PageSize.SIZE_64K) ? 1 << 6 : 0)
                | (oas == 52 ? 1 << 10 : 0);
    }

    /** IDR0 to IDR5 in order, as {@code struct iommu_hw_info_arm_smmuv3} carries them. */
    public List<Integer> identification() {
        return List.of(idr0(), idr1(), 0, idr3(), 0, idr5());
    }

    /** AIDR: architecture version SMMUv3.1. */
    public int aidr() {
        return 1;
    }
}
