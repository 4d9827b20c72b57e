package dev.directmsi.iommufd.object;

import org.jspecify.annotations.Nullable;

/**
 * An event record that waits to be read.
 *
 * @param queue the vEVENTQ, or {@link #STAGE2_FAULTS} for the context's own stream
 * @param sequence the event's number in its queue
 * @param word0 first qword of the SMMU event record (IHI 0070, 7.3); in a queue of the mock, the
 *     virtual id of the device, and nothing in the other words
 * @param function name of the function whose access it was: a StreamID says that only together with
 *     its SMMU. Null in a queue, where the guest knows the StreamID by another number
 */
public record QueuedEvent(
        ObjectId queue,
        long sequence,
        long word0,
        long word1,
        long word2,
        long word3,
        @Nullable String function) {

    /** Not an object: the stream of stage-2 faults, which Linux only logs. */
    public static final ObjectId STAGE2_FAULTS = new ObjectId(0);

    /** An event of the mock, not yet in a queue. */
    public static QueuedEvent ofVirtId(int virtId) {
        return new QueuedEvent(STAGE2_FAULTS, 0, Integer.toUnsignedLong(virtId), 0, 0, 0, null);
    }

    /** The same event in a queue, with its number there. */
    public QueuedEvent in(ObjectId otherQueue, long number) {
        return new QueuedEvent(otherQueue, number, word0, word1, word2, word3, function);
    }
}
