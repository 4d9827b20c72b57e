package dev.directmsi.replica;

import org.jspecify.annotations.Nullable;

/// An operation, when it was asked first, and when its answer came.
///
/// @param answer null where the client does not know what became of it
/// @param attempts how often it was asked
/// @param answered nanoseconds, as `invoked`; never for what is not known
record Observed(
        Operation operation,
        long invoked,
        long answered,
        @Nullable Answered answer,
        int attempts,
        String where) {

    static Observed unknown(Operation operation, long invoked) {
        return new Observed(operation, invoked, Long.MAX_VALUE, null, 1, "");
    }

    /// Acknowledged as a change of its context: its entity tag is the revision it led to, or the
    /// one at which there was nothing to do.
    boolean isAcknowledged() {
        return isSuccess() && !operation.isRead() && !operation.isDryRun();
    }

    /// An answer that says at which revision it was true.
    boolean isTagged() {
        return isSuccess() && revision() > 0;
    }

    /// The revision that its entity tag names, or 0.
    long revision() {
        return answer == null ? 0 : answer.revision();
    }

    /// Whether the service says that it failed, other than by what it does not do (501) or has no
    /// more of (507).
    boolean isFailure() {
        return answer != null
                && answer.status() >= 500
                && answer.status() != 501
                && answer.status() != 507;
    }

    private boolean isSuccess() {
        return answer != null && answer.isSuccess();
    }

    /// Asked more than once: an earlier attempt may have done something without an answer.
    boolean wasRepeated() {
        return attempts > 1;
    }

    boolean isBefore(Observed other) {
        return answered < other.invoked;
    }

    /// As one observation of an effect that both were told of.
    Observed together(Observed other) {
        return new Observed(
                operation,
                Math.min(invoked, other.invoked),
                Math.min(answered, other.answered),
                answer,
                attempts + other.attempts,
                where + " and " + other.where);
    }

    @Override
    public String toString() {
        return operation
                + " -> "
                + (answer == null
                        ? "unknown"
                        : answer.status()
                                + " "
                                + answer.etag()
                                + " "
                                + (answer.body().length() > 600
                                        ? answer.body().substring(0, 600) + "…"
                                        : answer.body()))
                + " by "
                + where
                + " in "
                + invoked / 1_000
                + ".."
                + answered / 1_000;
    }
}
