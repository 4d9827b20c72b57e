package dev.directmsi.control;

import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys: the answer of a committed success is recorded with it, a repeat gets the same.
 */
final class Repeats {

    private Repeats() {}

    /**
     * The recorded answer, if this request was answered before; another request under its key is
     * refused.
     */
    static Optional<Answer> find(ContextStore store, @Nullable ContextId context, Guard guard) {
        Guard.Key key = guard.key();
        if (key == null || guard.validateOnly()) {
            return Optional.empty();
        }
        return store.answer(context, key.value())
                .map(recorded -> {
                    if (!recorded.request().equals(key.request())) {
                        throw Reason.IDEMPOTENCY_KEY_REUSED.refusal(
                                "key", key.value(), "first", recorded.summary());
                    }
                    return new Answer(
                            recorded.status(), parse(recorded.headers()), recorded.body());
                });
    }

    static @Nullable RecordedAnswer record(
            @Nullable ContextId context, Guard guard, Answer answer) {
        Guard.Key key = guard.key();
        return key == null || guard.validateOnly()
                ? null
                : new RecordedAnswer(
                        context,
                        key.value(),
                        key.request(),
                        key.summary(),
                        answer.status(),
                        answer.headers().entrySet().stream()
                                .map(header -> header.getKey() + ": " + header.getValue())
                                .collect(Collectors.joining("\n")),
                        answer.body());
    }

    private static Map<String, String> parse(String headers) {
        var parsed = new LinkedHashMap<String, String>();
        headers.lines()
                .forEach(line -> {
                    int colon = line.indexOf(": ");
                    parsed.put(line.substring(0, colon), line.substring(colon + 2));
                });
        return parsed;
    }
}
