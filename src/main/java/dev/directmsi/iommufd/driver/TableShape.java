package dev.directmsi.iommufd.driver;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;

/**
 * What a driver makes of a paging HWPT.
 *
 * @param stage of translation, 1 or 2
 * @param granule its least page
 * @param aperture input addresses it can translate
 * @param tag ASID or VMID, 0 for none
 * @param enforcesCoherency only devices whose DMA is always coherent can be attached
 */
public record TableShape(
        int stage, PageSize granule, AddressRange aperture, int tag, boolean enforcesCoherency) {}
