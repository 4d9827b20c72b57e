package dev.directmsi.store;

import dev.directmsi.control.ContextStore.CommitLog;
import dev.directmsi.control.ContextStore.LoggedCommit;
import dev.directmsi.iommufd.ContextId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// One row per commit that says what it changed, for the event stream. Nothing is ever recovered
/// from it.
///
/// Rows go from the oldest on, so a reader who finds that the next revision is not there knows that
/// all up to the first one that is there are gone: no reader has to be kept from losing a race
/// against a pruning.
final class ChangeLog {

    /// Rows kept per context; up to one {@link #PRUNE_EVERY} more lie there between two prunings.
    static final int KEPT = 10_000;

    /// Commits from one pruning to the next: one range delete instead of a delete in every commit.
    static final int PRUNE_EVERY = 100;

    private final JdbcClient jdbc;

    ChangeLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Logs what a commit changed that led to `revision`.
    void write(ContextId context, long revision, String changes) {
        jdbc.sql("INSERT INTO change_log (context_id, revision, changes) VALUES (?, ?, ?)")
                .params(context.value(), revision, changes)
                .update();
        if (revision % PRUNE_EVERY == 0) {
            jdbc.sql("DELETE FROM change_log WHERE context_id = ? AND revision <= ?")
                    .params(context.value(), revision - KEPT)
                    .update();
        }
    }

    /// Logs that a context was closed at `revision`.
    void close(ContextId context, long revision) {
        jdbc.sql("INSERT INTO closed_context (id, revision) VALUES (?, ?)")
                .params(context.value(), revision)
                .update();
    }

    /// Where the context is, then its rows: a commit in between makes the rows go further, which is
    /// no harm. Of a closed context nothing is committed any more.
    Optional<CommitLog> read(ContextId context, long after, int limit) {
        return position(context)
                .map(at ->
                        new CommitLog(
                                at.revision(),
                                at.isClosed(),
                                limit == 0 ? List.of() : rows(context, after, limit)));
    }

    /// H2 may show both rows of a context that is being closed: then it is.
    private Optional<CommitLog> position(ContextId context) {
        return jdbc
                .sql(
                        """
                        SELECT revision, FALSE AS closed FROM context WHERE id = ?
                        UNION ALL
                        SELECT revision, TRUE AS closed FROM closed_context WHERE id = ?
                        """)
                .params(context.value(), context.value())
                .query((row, _) ->
                        new CommitLog(row.getLong("revision"), row.getBoolean("closed"), List.of()))
                .list()
                .stream()
                .max(Comparator.comparing(CommitLog::isClosed));
    }

    private List<LoggedCommit> rows(ContextId context, long after, int limit) {
        return jdbc.sql(
                        """
                        SELECT revision, changes FROM change_log
                        WHERE context_id = ? AND revision > ? ORDER BY revision LIMIT ?
                        """)
                .params(context.value(), after, limit)
                .query((row, _) ->
                        new LoggedCommit(row.getLong("revision"), row.getString("changes")))
                .list();
    }

    /// Contexts that were closed more than ten minutes ago by the clock of the database.
    List<ContextId> closedLongAgo() {
        return jdbc.sql(
                        """
                        SELECT id FROM closed_context
                        WHERE closed_at < CURRENT_TIMESTAMP - INTERVAL '10' MINUTE
                        """)
                .query((row, _) -> new ContextId(row.getLong("id")))
                .list();
    }

    /// Removes the log of a closed context; answers 0 when somebody else has done it.
    int forget(ContextId context) {
        int rows =
                jdbc.sql("DELETE FROM closed_context WHERE id = ?").param(context.value()).update();
        if (rows == 1) {
            jdbc.sql("DELETE FROM change_log WHERE context_id = ?").param(context.value()).update();
        }
        return rows;
    }
}
