package dev.directmsi.api.device;

import dev.directmsi.api.wire.U64;
import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.hardware.smmu.Hop;
import dev.directmsi.hardware.smmu.Translation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The event record of a fault (IHI 0070, 7.3), and where it came from.
///
/// @param words the four words of the record
/// @param type `F_TRANSLATION`, …
/// @param stage 1 or 2; absent for events that are not about a translation
/// @param fields the record decoded
/// @param step what the SMMU was consulting
/// @param description one sentence for people
record FaultRecord(
        List<U64> words,
        String type,
        @Nullable Integer stage,
        Map<String, String> fields,
        Hop.Step step,
        String description) {

    static FaultRecord of(Translation.Fault fault) {
        EventRecord event = fault.event();
        return new FaultRecord(
                words(event),
                event.fields().getOrDefault("type", ""),
                event.cause().map(_ -> event.isStage2() ? 2 : 1).orElse(null),
                event.fields(),
                fault.step(),
                fault.description());
    }

    static List<U64> words(EventRecord event) {
        return Stream.of(event.q0(), event.q1(), event.q2(), event.q3()).map(U64::new).toList();
    }
}
