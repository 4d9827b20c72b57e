package dev.directmsi.api.wire;

import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Veventq;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An event of an SMMU (IHI 0070, 7.3), or of the mock, which has a virtual id alone.
///
/// @param sequence its number in the queue; lost events count too
/// @param lost whether this only marks that events were lost here
/// @param words the four words of the record
/// @param fields the record decoded
/// @param virtId whose event it is, of the mock
public record EventResponse(
        long sequence,
        boolean lost,
        @Nullable List<U64> words,
        @Nullable Map<String, String> fields,
        @Nullable U64 virtId) {

    /// Shows an event.
    ///
    /// @param queueType IOMMU_VEVENTQ_TYPE of its queue
    public static EventResponse of(QueuedEvent event, int queueType) {
        if (queueType == Veventq.SELFTEST) {
            return new EventResponse(event.sequence(), false, null, null, new U64(event.word0()));
        }
        return of(
                event.sequence(),
                new EventRecord(event.word0(), event.word1(), event.word2(), event.word3()));
    }

    /// A marker: from this number on, events were lost.
    public static EventResponse lostAt(long sequence) {
        return new EventResponse(sequence, true, null, null, null);
    }

    private static EventResponse of(long sequence, EventRecord event) {
        return new EventResponse(
                sequence,
                false,
                Stream.of(event.q0(), event.q1(), event.q2(), event.q3()).map(U64::new).toList(),
                event.fields(),
                null);
    }
}
