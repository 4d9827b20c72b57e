package dev.directmsi.api.events;

import dev.directmsi.control.FeedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data of one event of a context's stream; its id is the revision.
///
/// @param type SUBSCRIBED begins every stream; COMMIT is one revision; LOST_EVENTS says that
///   revisions are not kept any more; CLOSED is the last one of a closed context
/// @param revision where the stream stands after this event: what to resume after. Of SUBSCRIBED
///   the one it begins after, of LOST_EVENTS the last lost one
/// @param changes of a COMMIT, in order
/// @param summarized of a COMMIT: whether it has too many changes to show, so that changes has a
///   count for each kind and no objects
/// @param firstLost of LOST_EVENTS: the first revision that was not told
/// @param lastLost of LOST_EVENTS: the last revision that was not told
/// @param firstAvailable of LOST_EVENTS: the revision that the stream goes on with
record ContextEvent(
        Type type,
        long revision,
        @Nullable List<LoggedChange> changes,
        @Nullable Boolean summarized,
        @Nullable Long firstLost,
        @Nullable Long lastLost,
        @Nullable Long firstAvailable) {

    /// What an event says.
    enum Type {
        SUBSCRIBED,
        COMMIT,
        LOST_EVENTS,
        CLOSED
    }

    static ContextEvent of(FeedEvent event, LoggedChanges log) {
        return switch (event) {
            case FeedEvent.Subscribed(long revision) -> plain(Type.SUBSCRIBED, revision);
            case FeedEvent.Committed(long revision, String text) ->
                    commit(revision, log.read(text));
            case FeedEvent.Lost(long first, long last) ->
                    new ContextEvent(Type.LOST_EVENTS, last, null, null, first, last, last + 1);
            case FeedEvent.Closed(long revision) -> plain(Type.CLOSED, revision);
        };
    }

    private static ContextEvent plain(Type type, long revision) {
        return new ContextEvent(type, revision, null, null, null, null, null);
    }

    private static ContextEvent commit(long revision, List<LoggedChange> changes) {
        boolean summarized = changes.stream().anyMatch(change -> change.count() != null);
        return new ContextEvent(Type.COMMIT, revision, changes, summarized, null, null, null);
    }
}
