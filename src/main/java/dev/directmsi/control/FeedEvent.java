package dev.directmsi.control;

/** What a stream of a context's changes tells, one after the other. */
public sealed interface FeedEvent {

    /** Where a stream stands once it has told this: what to resume after. */
    long revision();

    /**
     * The stream begins; what was committed after {@code revision} follows.
     *
     * @param revision what the client has already: 1 is a context that was just opened
     */
    record Subscribed(long revision) implements FeedEvent {}

    /**
     * One commit.
     *
     * @param changes JSON array, as {@link ChangeText} wrote it
     */
    record Committed(long revision, String changes) implements FeedEvent {}

    /**
     * Commits that are not kept any more. What follows goes on after them; the client has to read
     * again what it knew.
     *
     * @param first lost revision
     * @param last lost revision, inclusive
     */
    record Lost(long first, long last) implements FeedEvent {

        @Override
        public long revision() {
            return last;
        }
    }

    /** The context was closed: nothing follows. */
    record Closed(long revision) implements FeedEvent {}
}
