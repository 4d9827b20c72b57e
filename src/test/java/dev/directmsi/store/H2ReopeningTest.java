package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// H2 closes its file in the midst of a living process when it cannot write to it. The pool opens
/// it again, and the store goes on.
class H2ReopeningTest {

    private static final int HEADERS = 2 * 4096;
    private static final int COMMITS = 5;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    @Timeout(60)
    void fileIsRecoveredBeforeItIsOpenedAgain() throws IOException {
        ContextId context;
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            var store = new JdbcContextStore(pool);
            store.putHost(KillModel.HOST, null, Hosts.stored(KillModel.HOST), null);
            context = store.open(KillModel.info(1), _ -> null);
        }
        byte[] clean = headers();

        try (HikariDataSource pool = Databases.h2(directory)) {
            var store = new JdbcContextStore(pool);
            for (long revision = 1; revision <= COMMITS; revision++) {
                store.commit(context, revision, KillModel.changes(context.value(), revision), null);
            }
            closeAsWhenTheDiskIsFull(pool);
            // As if that header had been the last that could be written: H2 would believe it.
            try (var file = new RandomAccessFile(file().toFile(), "rw")) {
                file.write(clean);
            }

            assertThat(revisionOf(store, context)).isEqualTo(COMMITS + 1);
            store.commit(
                    context, COMMITS + 1, KillModel.changes(context.value(), COMMITS + 1), null);
        }
    }

    private static void closeAsWhenTheDiskIsFull(HikariDataSource pool) {
        try {
            JdbcClient.create(pool).sql("SHUTDOWN IMMEDIATELY").update();
        } catch (DataAccessException e) {
            // it has closed the connection, too
        }
    }

    private byte[] headers() throws IOException {
        try (var in = Files.newInputStream(file())) {
            return in.readNBytes(HEADERS);
        }
    }

    private Path file() {
        return directory.resolve("store.mv.db");
    }

    /// A connection that the pool has not yet found to be dead fails once.
    private static long revisionOf(JdbcContextStore store, ContextId context) {
        while (true) {
            try {
                return store.load(context).orElseThrow().revision();
            } catch (StoreException.Unavailable e) {
                assertThat(Thread.interrupted()).as("interrupted").isFalse();
            }
        }
    }
}
