package dev.directmsi.store;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/// H2 in this process. With WRITE_DELAY=0 a commit survives a killed process; only a CHECKPOINT
/// SYNC after it makes it survive a power cut.
///
/// One writing transaction at a time, and none while the store is written. H2 takes its tables'
/// roots one after the other when it writes (its issue 2080): a transaction of another thread that
/// works meanwhile can be written by half, without the undo log that would take it back, and a
/// process killed then leaves that half behind. Seen as a context whose revision had moved and
/// whose rows had not. So commits of several contexts that meet become one transaction, one chunk
/// in the file and one flush, see {@link GroupCommit}.
///
/// MAX_COMPACT_TIME=0, else H2 moves chunks about while it closes, for up to 200 ms. Killed
/// meanwhile, a chunk is there twice. H2 then reads the copy at the end of the file, while the
/// layout names the other one, whose space it takes to be free and gives to the next commit. After
/// the next kill the layout names a chunk that is not there, and H2 falls back to an old version
/// without a word. Moving saves space but no commit: dead chunks are reused without it, and {@link
/// H2Compaction} sees that they die.
final class EmbeddedH2 implements Durability {

    private static final String REMEDY = "Correct spring.datasource.url.";

    private final JdbcTemplate jdbc;
    private final H2Compaction compaction;
    private final boolean inMemory;
    private final LongAdder flushes = new LongAdder();

    EmbeddedH2(JdbcTemplate jdbc) {
        inMemory = jdbc.queryForObject("SELECT DATABASE_PATH()", String.class) == null;
        if (!inMemory) {
            refuseOther(jdbc);
            refuseOtherThanZero(
                    jdbc, "WRITE_DELAY", "acknowledged commits would be lost with the process");
            refuseOtherThanZero(
                    jdbc,
                    "MAX_COMPACT_TIME",
                    "acknowledged commits would be lost with a process that is killed while it"
                            + " shuts down");
        }
        this.jdbc = jdbc;
        this.compaction = new H2Compaction(jdbc);
    }

    /// A server could let others write, and {@link H2Recovery} would not know where a file is.
    private static void refuseOther(JdbcTemplate jdbc) {
        @Nullable String url =
                jdbc.execute(
                        (ConnectionCallback<@Nullable String>)
                                connection -> connection.getMetaData().getURL());
        if (url == null || !url.startsWith("jdbc:h2:file:")) {
            throw new UnusableDatabase(
                    "the URL of an H2 database must begin with jdbc:h2:file: and not be " + url,
                    REMEDY,
                    null);
        }
    }

    /// Each setting is listed as it was stored, if it can be, and as it is in force; only what the
    /// URL says is in force.
    private static void refuseOtherThanZero(JdbcTemplate jdbc, String setting, String otherwise) {
        List<@Nullable String> values =
                jdbc.queryForList(
                        """
                        SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS
                        WHERE SETTING_NAME = ?
                        """,
                        String.class,
                        setting);
        if (values.isEmpty() || !values.stream().allMatch("0"::equals)) {
            throw new UnusableDatabase(
                    "the URL of the database must say " + setting + "=0: " + otherwise,
                    REMEDY,
                    null);
        }
    }

    @Override
    public void flush() {
        if (!inMemory) {
            jdbc.execute("CHECKPOINT SYNC");
            compaction.afterCommit();
        }
        flushes.increment();
    }

    @Override
    public boolean isExclusive() {
        return true;
    }

    /// H2's REPEATABLE READ takes a snapshot of a table, and of those that foreign keys connect
    /// with it, when it first reads it: two tables can show two moments. From SERIALIZABLE on it
    /// takes one of all tables.
    @Override
    public int snapshotIsolation() {
        return Connection.TRANSACTION_SERIALIZABLE;
    }

    /// Flushes so far.
    long flushes() {
        return flushes.sum();
    }
}
