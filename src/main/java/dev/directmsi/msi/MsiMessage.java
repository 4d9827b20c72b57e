package dev.directmsi.msi;

import dev.directmsi.address.Address;
import dev.directmsi.address.PhysAddr;

/**
 * What a device writes to signal an interrupt (PCI Express base specification, 7.7).
 *
 * @param address where it writes; upper and lower half are two registers
 * @param data the 32-bit value; with an ITS the EventID
 */
public record MsiMessage(long address, int data) {

    /**
     * The smallest guest page: below it the offset of the doorbell is the same at VA, IPA and PA.
     */
    private static final long OFFSET_MASK = 0xfff;

    /**
     * The message that the interrupt layer composes: the physical doorbell and the host's EventID.
     */
    public static MsiMessage physical(PhysAddr doorbell, int eventId) {
        return new MsiMessage(doorbell.value(), eventId);
    }

    /**
     * The same message with the address that the guest chose. Only 12 bits stay from the doorbell,
     * whatever the stage-2 granule: bits above belong to the guest's page tables.
     */
    public MsiMessage atGuestAddress(long guestVa) {
        return new MsiMessage((guestVa & ~OFFSET_MASK) | (address & OFFSET_MASK), data);
    }

    /** The same message at a page of the SW_MSI window; the low bits stay the doorbell's. */
    public MsiMessage inWindow(long pageIova, long pageSize) {
        return new MsiMessage(pageIova | (address & (pageSize - 1)), data);
    }

    /** Whether {@code guestVa} has the low 12 bits of the doorbell. */
    public static boolean offsetsAgree(long guestVa, PhysAddr doorbell) {
        return ((guestVa ^ doorbell.value()) & OFFSET_MASK) == 0;
    }

    @Override
    public String toString() {
        return Address.hex(data & 0xffff_ffffL) + " to " + Address.hex(address);
    }
}
