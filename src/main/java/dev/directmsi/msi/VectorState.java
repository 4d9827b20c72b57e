package dev.directmsi.msi;

import org.jspecify.annotations.Nullable;

/** The state of one interrupt vector that is not EMPTY; an EMPTY vector has no state at all. */
public sealed interface VectorState {

    /** What the guest wrote for this vector, or null where only the host programmed it. */
    @Nullable GuestMessage guest();

    /**
     * What the guest wrote into its MSI-X table or MSI capability.
     *
     * @param address full 64-bit address
     * @param data the guest's EventID; it selects the virtual interrupt and never reaches the
     *     device
     */
    record GuestMessage(long address, int data) {}

    /** The guest's address is known, nothing is programmed. */
    record Staged(GuestMessage guest) implements VectorState {}

    /**
     * The device is programmed.
     *
     * @param physical what the interrupt layer composed: doorbell and host EventID
     * @param device what was written to the device
     * @param origin who chose the device's address
     * @param guest the guest's message; present when the origin is GUEST
     */
    record Active(
            MsiMessage physical,
            MsiMessage device,
            AddressOrigin origin,
            @Nullable GuestMessage guest)
            implements VectorState {

        /** Index into the interrupt translation table of the device. */
        public int eventId() {
            return physical.data();
        }
    }
}
