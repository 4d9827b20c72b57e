package dev.directmsi.replica;

import dev.directmsi.replica.Violations.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What all clients saw.
final class History {

    private final Queue<Observed> observed = new ConcurrentLinkedQueue<>();
    private final Queue<Operation> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();

    void add(Observed observation) {
        observed.add(observation);
    }

    /// Notes what nobody answered for longer than any fault lasts.
    void noteUnanswered(Operation operation) {
        unanswered.add(operation);
    }

    boolean isUnanswered() {
        return !unanswered.isEmpty();
    }

    /// Counts a request, whatever became of it.
    void noteAttempt() {
        attempts.incrementAndGet();
    }

    int attempts() {
        return attempts.get();
    }

    List<Observed> all() {
        return List.copyOf(observed);
    }

    /// What is to be explained of a context. Requests under one key count once: their answers must
    /// be the same, and the effect is in between the first question and the first answer.
    List<Observed> of(long context, Violations violations) {
        unanswered.forEach(
                operation -> violations.add(Promise.EVERYBODY_IS_ANSWERED, operation.toString()));
        unanswered.clear();
        var keyed = new LinkedHashMap<String, Observed>();
        var all = new ArrayList<Observed>();
        for (Observed one : observed) {
            String key = one.operation().key();
            if (one.operation().context() != context) {
                continue;
            }
            if (key == null || !one.isAcknowledged()) {
                all.add(one);
                continue;
            }
            Observed twin = keyed.get(key);
            if (twin != null && !Objects.equals(twin.answer(), one.answer())) {
                violations.add(Promise.KEYS_ANSWER_ONCE, one + ", and " + twin);
            }
            keyed.put(key, twin == null ? one : twin.together(one));
        }
        all.addAll(keyed.values());
        return all;
    }
}
