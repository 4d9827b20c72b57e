package dev.directmsi.msi;

/** Who chose the address in a device's message. Equal numbers can have different origins. */
public enum AddressOrigin {
    /** The guest, through its virtual machine monitor (direct mode). */
    GUEST,
    /** The host: a page of the SW_MSI window. */
    WINDOW,
    /** Nobody: the physical doorbell, where MSI writes are not translated. */
    PHYSICAL
}
