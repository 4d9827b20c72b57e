package dev.directmsi.hardware.mock;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;

/**
 * The mock IOMMU of Linux 7.2's iommufd selftest: one instance translates for all mock devices of a
 * host, each of which has a group of its own.
 *
 * @param name unique among the IOMMUs of a host
 */
public record MockIommu(String name) {

    /** Its page size, half of a CPU page so that tests see the difference. */
    public static final PageSize IO_PAGE = new PageSize(0x800);

    /** Input addresses of a default page table. */
    public static final AddressRange APERTURE = new AddressRange(0x100_0000, 0x7fff_ffff);

    /** The least page of a page table of the "huge" kind. */
    public static final PageSize HUGE_KIND_PAGE = PageSize.SIZE_4K;

    /** The large page of a page table of the "huge" kind. */
    public static final PageSize HUGE_PAGE = new PageSize(0x10_0000);

    /** Input addresses of a page table of the "huge" kind. */
    public static final AddressRange HUGE_KIND_APERTURE = new AddressRange(0, 0x3f_ffff_ffffL);

    /** What a default page table maps in one entry: every power of two up to 64 GiB. */
    public static final long PAGE_SIZES = 0x1f_ffff_f800L;

    /** What one of the "huge" kind maps in one entry. */
    public static final long HUGE_KIND_PAGE_SIZES = 0x10_1000;

    /** PASID bits of a device that has any. */
    public static final int PASID_BITS = 20;
}
