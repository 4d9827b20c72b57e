package dev.directmsi.iommufd;

import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.smmu.Translation;
import dev.directmsi.iommufd.object.ObjectId;

/** Where a device's access ended (the outcomes of the proposal's verification model). */
public sealed interface Landing {

    /** The interrupt arrived: right ITS, mapped event. */
    record Delivered(String its, int deviceId, int eventId, int lpi) implements Landing {}

    /** It reached the doorbell of an ITS that is not the device's own. */
    record WrongIts(String its, int deviceId, int eventId) implements Landing {}

    /** The doorbell was reached and the ITS knows no such event of this device. */
    record ItsDropped(String its, int deviceId, int eventId) implements Landing {}

    /**
     * An interrupt message went into memory, or a part of a frame that ignores it: lost, with no
     * fault anywhere.
     */
    record LostSilent(PhysAddr address, String where) implements Landing {}

    /** A read or write reached memory. */
    record Memory(PhysAddr address) implements Landing {}

    /** The SMMU terminated it and recorded an event. */
    record Faulted(Translation.Fault fault) implements Landing {}

    /**
     * Its page was asked for: it waits for the answer, and is then tried again.
     *
     * @param queue the fault queue
     * @param grpid the device's number for the request
     */
    record Pending(Translation.Fault fault, ObjectId queue, int grpid) implements Landing {}

    /** The SMMU terminated it without a record: the stream table entry says abort. */
    record AbortSilent() implements Landing {}

    /** It was translated to an address where nothing answers. */
    record BusError(PhysAddr address) implements Landing {}

    /** The vector is masked: the device does not write. */
    record Masked() implements Landing {}

    /** The device wrote nothing. */
    record NotIssued(String why) implements Landing {}
}
