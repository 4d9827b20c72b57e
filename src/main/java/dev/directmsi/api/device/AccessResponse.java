package dev.directmsi.api.device;

import dev.directmsi.api.wire.U32;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.DeviceAccess.Journey;
import dev.directmsi.iommufd.Landing;
import dev.directmsi.iommufd.command.Dma;
import dev.directmsi.iommufd.command.MsiWrite;
import dev.directmsi.msi.MsiMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where an access of a device ended, and how it came there.
///
/// @param outcome where it ended
/// @param streamId with which identity
/// @param iova of a part of a DMA: where it begins
/// @param length of a part of a DMA: bytes
/// @param message what was written as an interrupt message; absent where nothing was
/// @param its whose doorbell was reached
/// @param deviceId under which DeviceID
/// @param eventId the event
/// @param lpi the interrupt that it became
/// @param pa the physical address that was reached, where it was no doorbell
/// @param where what is there
/// @param why nothing was written, or what a pending access waits for
/// @param event the record of a fault
/// @param hops every step in order; of a DMA only those of the first 16 parts
record AccessResponse(
        AccessOutcome outcome,
        U32 streamId,
        @Nullable U64 iova,
        @Nullable Integer length,
        VectorResponse.@Nullable Message message,
        @Nullable String its,
        @Nullable U32 deviceId,
        @Nullable U32 eventId,
        @Nullable U32 lpi,
        @Nullable U64 pa,
        @Nullable String where,
        @Nullable String why,
        @Nullable FaultRecord event,
        @Nullable List<HopResponse> hops) {

    /// An interrupt message.
    static AccessResponse of(MsiWrite.Written written) {
        MsiMessage message = written.message();
        return of(
                written.journey(),
                null,
                message == null ? null : VectorResponse.Message.of(message),
                true);
    }

    /// An access that was only followed.
    static AccessResponse of(Journey journey) {
        return of(journey, null, null, true);
    }

    /// One page of a DMA.
    static AccessResponse of(Dma.Part part, boolean withHops) {
        return of(part.journey(), part, null, withHops);
    }

    private static AccessResponse of(
            Journey journey,
            Dma.@Nullable Part part,
            VectorResponse.@Nullable Message message,
            boolean withHops) {
        End end = End.of(journey.landing());
        return new AccessResponse(
                end.outcome,
                new U32(journey.streamId().value()),
                part == null ? null : new U64(part.iova()),
                part == null ? null : part.length(),
                message,
                end.its,
                end.deviceId,
                end.eventId,
                end.lpi,
                end.pa,
                end.where,
                end.why,
                end.event,
                withHops ? HopResponse.of(journey.hops()) : null);
    }

    /// What only the landing knows.
    private record End(
            AccessOutcome outcome,
            @Nullable String its,
            @Nullable U32 deviceId,
            @Nullable U32 eventId,
            @Nullable U32 lpi,
            @Nullable U64 pa,
            @Nullable String where,
            @Nullable String why,
            @Nullable FaultRecord event) {

        static End of(Landing landing) {
            return switch (landing) {
                case Landing.Delivered(String its, int deviceId, int eventId, int lpi) ->
                        doorbell(AccessOutcome.DELIVERED, its, deviceId, eventId, new U32(lpi));
                case Landing.WrongIts(String its, int deviceId, int eventId) ->
                        doorbell(AccessOutcome.WRONG_ITS, its, deviceId, eventId, null);
                case Landing.ItsDropped(String its, int deviceId, int eventId) ->
                        doorbell(AccessOutcome.ITS_DROPPED, its, deviceId, eventId, null);
                case Landing.LostSilent lost ->
                        at(AccessOutcome.LOST_SILENT, U64.of(lost.address()), lost.where());
                case Landing.Memory memory ->
                        at(AccessOutcome.MEMORY, U64.of(memory.address()), null);
                case Landing.BusError error ->
                        at(AccessOutcome.BUS_ERROR, U64.of(error.address()), null);
                case Landing.Faulted faulted ->
                        nowhere(AccessOutcome.FAULT, null, FaultRecord.of(faulted.fault()));
                case Landing.Pending pending ->
                        nowhere(
                                AccessOutcome.PENDING,
                                "group "
                                        + Integer.toUnsignedString(pending.grpid())
                                        + " of fault queue "
                                        + pending.queue(),
                                FaultRecord.of(pending.fault()));
                case Landing.AbortSilent _ -> nowhere(AccessOutcome.ABORT_SILENT, null, null);
                case Landing.Masked _ -> nowhere(AccessOutcome.MASKED, null, null);
                case Landing.NotIssued(String why) -> nowhere(AccessOutcome.NOT_ISSUED, why, null);
            };
        }

        private static End doorbell(
                AccessOutcome outcome, String its, int deviceId, int eventId, @Nullable U32 lpi) {
            return new End(
                    outcome, its, new U32(deviceId), new U32(eventId), lpi, null, null, null, null);
        }

        private static End at(AccessOutcome outcome, U64 pa, @Nullable String where) {
            return new End(outcome, null, null, null, null, pa, where, null, null);
        }

        private static End nowhere(
                AccessOutcome outcome, @Nullable String why, @Nullable FaultRecord event) {
            return new End(outcome, null, null, null, null, null, null, why, event);
        }
    }
}
