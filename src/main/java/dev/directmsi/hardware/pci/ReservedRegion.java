package dev.directmsi.hardware.pci;

import dev.directmsi.address.AddressRange;

/**
 * A range of device addresses with a special meaning, as {@code
 * /sys/kernel/iommu_groups/N/reserved_regions} shows it.
 *
 * @param range inclusive
 * @param type what it means
 */
public record ReservedRegion(AddressRange range, Type type) {

    /** Kinds of reserved regions, in the kernel's words. */
    public enum Type {
        /** Must be mapped 1:1; the device cannot be given to user space. */
        DIRECT,
        /** Wants a 1:1 mapping only for the firmware's driver; ignored for user space. */
        DIRECT_RELAXABLE,
        /** Must not be used. */
        RESERVED,
        /** Writes here are MSIs and are not translated. */
        MSI,
        /** A window in which software may map MSI doorbells. */
        SW_MSI
    }
}
