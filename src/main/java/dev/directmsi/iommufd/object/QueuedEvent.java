package dev.directmsi.iommufd.object;

/**
 * An event record that waits to be read.
 *
 * @param queue the vEVENTQ, or {@link #STAGE2_FAULTS} for the context's own stream
 * @param sequence the event's number in its queue
 * @param word0 first qword of the SMMU event record (IHI 0070, 7.3)
 */
public record QueuedEvent(
        ObjectId queue, long sequence, long word0, long word1, long word2, long word3) {

    /** Not an object: the stream of stage-2 faults, which Linux only logs. */
    public static final ObjectId STAGE2_FAULTS = new ObjectId(0);
}
