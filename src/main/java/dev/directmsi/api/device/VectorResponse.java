package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.VectorState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A vector, and how the message that the interrupt layer composed became the device's.
///
/// @param index entry of the MSI-X table, or number of the MSI message
/// @param state EMPTY, STAGED (the guest's address is known) or ACTIVE (programmed)
/// @param physicalMessage what the interrupt layer composed
/// @param deviceMessage what was written to the device
/// @param addressOrigin who chose the address of that: GUEST, WINDOW (the host), PHYSICAL
/// @param guestVa the guest's own address
/// @param guestData the guest's own EventID
/// @param eventId the host's EventID
/// @param lpi the interrupt that it becomes
/// @param its where
/// @param itsDeviceId under which DeviceID
/// @param masked whether the device is kept from writing it
public record VectorResponse(
        U32 index,
        State state,
        @Nullable Message physicalMessage,
        @Nullable Message deviceMessage,
        @Nullable AddressOrigin addressOrigin,
        @Nullable U64 guestVa,
        @Nullable U32 guestData,
        @Nullable U32 eventId,
        @Nullable U32 lpi,
        @Nullable String its,
        @Nullable U32 itsDeviceId,
        @Nullable Boolean masked) {

    /// States of a vector.
    public enum State {
        EMPTY,
        STAGED,
        ACTIVE
    }

    /// A message-signalled interrupt.
    ///
    /// @param address where it is written
    /// @param data what is written
    public record Message(U64 address, U32 data) {

        static Message of(MsiMessage message) {
            return new Message(new U64(message.address()), new U32(message.data()));
        }
    }

    static VectorResponse empty(U32 index) {
        return new VectorResponse(
                index, State.EMPTY, null, null, null, null, null, null, null, null, null, null);
    }

    static List<VectorResponse> of(List<MsiVector> vectors, ContextView context) {
        return vectors.stream().map(vector -> of(vector, context)).toList();
    }

    /// Shows one that is not EMPTY.
    public static VectorResponse of(MsiVector vector, ContextView context) {
        return switch (vector.state()) {
            case VectorState.Staged(VectorState.GuestMessage guest) -> staged(vector, guest);
            case VectorState.Active active ->
                    active(
                            vector,
                            active,
                            context.function(
                                    context.require(
                                            vector.device(),
                                            Device.class,
                                            Reason.DEVICE_NOT_FOUND)),
                            context);
        };
    }

    private static VectorResponse staged(MsiVector vector, VectorState.GuestMessage guest) {
        return new VectorResponse(
                new U32(vector.index()),
                State.STAGED,
                null,
                null,
                null,
                new U64(guest.address()),
                new U32(guest.data()),
                null,
                null,
                null,
                null,
                vector.masked());
    }

    private static VectorResponse active(
            MsiVector vector,
            VectorState.Active active,
            PciFunction function,
            ContextView context) {
        VectorState.GuestMessage guest = active.guest();
        Integer base = context.host().lpiBases().get(function.name());
        return new VectorResponse(
                new U32(vector.index()),
                State.ACTIVE,
                Message.of(active.physical()),
                Message.of(active.device()),
                active.origin(),
                guest == null ? null : new U64(guest.address()),
                guest == null ? null : new U32(guest.data()),
                new U32(active.eventId()),
                base == null ? null : new U32(base + active.eventId()),
                function.its(),
                new U32(function.itsDeviceId()),
                vector.masked());
    }
}
