package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.List;
import java.util.Map;

/// A stage-2 fault of some device of the context.
///
/// @param sequence its number
/// @param words the four words of the record
/// @param fields the record decoded
record Stage2FaultResponse(long sequence, List<U64> words, Map<String, String> fields) {

    static Stage2FaultResponse of(QueuedEvent fault) {
        var event = new EventRecord(fault.word0(), fault.word1(), fault.word2(), fault.word3());
        return new Stage2FaultResponse(fault.sequence(), FaultRecord.words(event), event.fields());
    }
}
