package dev.directmsi.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/// Keeps the file of an embedded database small.
///
/// Every commit is a chunk of the file, and the space of a chunk is used again when none of its
/// pages is alive. Rows that stay keep the chunks that they came with, however empty these are: a
/// hundred megabytes of rows had grown to a file of 6 GB. H2 rewrites the live pages of sparse
/// chunks, so that those die, in a thread that it does not have with WRITE_DELAY=0, and that would
/// write amid a transaction ({@link EmbeddedH2} says why that must not be). So they are rewritten
/// here, some at a time, by whoever has just committed, while nobody else can. The pages go into
/// the next commit, as any that has changed.
///
/// H2 leaves a chunk alone for 45 seconds, lest a disk that writes in an order of its own destroy
/// it before its successor is there. Here a commit is flushed before the next one begins, and what
/// a chunk had is needed by none of the last two versions when its space is used.
final class H2Compaction {

    private static final Logger log = LoggerFactory.getLogger(H2Compaction.class);

    /// Commits from one time to the next; the first is after the first commit.
    private static final int EVERY = 100;

    /// Percent of the chunks that are alive, at which nothing needs to be done.
    private static final int FILL_RATE = 50;

    /// Bytes that are rewritten at a time. This makes one commit of [#EVERY] some milliseconds
    /// longer, on two processors at work.
    private static final int AT_A_TIME = 256 * 1024;

    /// Milliseconds for which a chunk is left alone: for most, until they are nearly dead.
    private static final int RETENTION = 5_000;

    private final JdbcTemplate jdbc;
    private int commits;

    H2Compaction(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Not while anybody else commits. Never fails: the commit before has succeeded.
    void afterCommit() {
        if (commits++ % EVERY == 0) {
            try {
                jdbc.execute(
                        (ConnectionCallback<@Nullable Void>) H2Compaction::rewriteSparseChunks);
            } catch (RuntimeException e) {
                log.warn("the file of the database could not be compacted", e);
            }
        }
    }

    private static @Nullable Void rewriteSparseChunks(Connection connection) throws SQLException {
        var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
        MVStore store = session.getDatabase().getStore().getMvStore();
        store.setRetentionTime(Math.min(RETENTION, store.getRetentionTime()));
        store.compact(FILL_RATE, AT_A_TIME);
        return null;
    }
}
