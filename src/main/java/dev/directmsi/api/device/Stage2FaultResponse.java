package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A stage-2 fault of some device of the context.
///
/// @param sequence its number
/// @param device the function whose access it was
/// @param smmu translates for it: StreamIDs repeat across SMMUs
/// @param words the four words of the record
/// @param fields the record decoded
record Stage2FaultResponse(
        long sequence, String device, String smmu, List<U64> words, Map<String, String> fields) {

    static Stage2FaultResponse of(QueuedEvent fault, ContextView context) {
        var event = new EventRecord(fault.word0(), fault.word1(), fault.word2(), fault.word3());
        PciFunction function =
                context.host().device(Objects.requireNonNull(fault.function())).orElseThrow();
        return new Stage2FaultResponse(
                fault.sequence(),
                function.name(),
                Objects.requireNonNull(function.smmu()),
                FaultRecord.words(event),
                event.fields());
    }
}
