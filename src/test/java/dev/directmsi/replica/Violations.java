package dev.directmsi.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a history shows that must not be.
final class Violations {

    /// What was violated.
    enum Promise {
        /// A commit, with its answer, is what the rules decide on the revision before it.
        COMMITS_FOLLOW_THE_RULES,
        /// What was acknowledged is in the log, once.
        NOTHING_ACKNOWLEDGED_IS_MISSING,
        /// A refusal or a read is what the rules say at a revision that its client could meet.
        ANSWERS_ARE_EXPLAINED,
        /// Nobody sees a revision older than what somebody had been answered before.
        TIME_IS_REAL,
        /// What one context holds of a host, no other does.
        CLAIMS_EXCLUDE,
        /// A repeat under the same key gets the same answer.
        KEYS_ANSWER_ONCE,
        /// In the end every replica shows what the log leads to.
        REPLICAS_AGREE,
        /// Who follows a context over all replicas is told every commit, once, as the log has it.
        EVENTS_ARE_THE_LOG,
        /// While no fault lasts, everybody is answered in the end.
        EVERYBODY_IS_ANSWERED,
        /// No answer is a bug of ours.
        NO_INTERNAL_ERROR
    }

    private record Violation(Promise promise, String what) {}

    private final List<Violation> all = new ArrayList<>();

    synchronized void add(Promise promise, String what) {
        all.add(new Violation(promise, what));
    }

    synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    /// Whether one of these was violated.
    synchronized boolean has(Promise... promises) {
        return all.stream()
                .anyMatch(violation -> Arrays.asList(promises).contains(violation.promise));
    }

    @Override
    public synchronized String toString() {
        var text = new StringBuilder(all.size() + " violations\n");
        all.stream()
                .limit(12)
                .forEach(
                        one -> text.append(one.promise).append(": ").append(one.what).append('\n'));
        return text.toString();
    }
}
