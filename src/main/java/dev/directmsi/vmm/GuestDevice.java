package dev.directmsi.vmm;

import dev.directmsi.vmm.client.model.DeviceResponse;

/// A device that was given to the guest.
///
/// @param bound as the host has it
/// @param vsmmu behind which the guest sees it
/// @param virtualSid the StreamID that the guest knows it by
record GuestDevice(DeviceResponse bound, VirtualSmmu vsmmu, long virtualSid) {

    long id() {
        return bound.getId();
    }

    String name() {
        return bound.getDevice();
    }

    /// The kind of interrupts that it is driven with.
    String irqType() {
        return bound.getInterrupts().getMsix() > 0 ? "MSIX" : "MSI";
    }

    long sid() {
        return bound.getStreamIds().getFirst();
    }
}
