package dev.directmsi.msi;

import dev.directmsi.address.Iova;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;

/**
 * A physical doorbell page that has an address in the SW_MSI window, the same one in every domain
 * of a context. The list of them only grows (kernel: {@code iommufd_sw_msi_get_map}).
 *
 * @param id index over all windows of the context, 0 to 63, in order of first use
 * @param windowStart start of the window
 * @param page physical page of the doorbell
 * @param pageOffset page number inside the window; nothing bounds it to the window's length
 */
public record DoorbellPage(int id, long windowStart, PhysAddr page, int pageOffset) {

    /** Start of the SW_MSI window that the SMMUv3 driver reports for every device. */
    public static final long WINDOW_START = 0x800_0000L;

    /** Length of that window. */
    public static final long WINDOW_LENGTH = 0x10_0000L;

    /** Pages per context; the kernel keeps a bitmap of 64. */
    public static final int LIMIT = 64;

    public Iova iova(PageSize pageSize) {
        return new Iova(windowStart + pageOffset * pageSize.bytes());
    }
}
