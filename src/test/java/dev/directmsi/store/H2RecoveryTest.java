package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.ContextId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A copy of the file, taken while the database is open, is what a killed process would leave.
class H2RecoveryTest {

    private static final int SESSIONS = 4;
    private static final int COMMITS = 6;
    private static final int FIRST_COMMITS = 8;
    private static final int BLOCK = 4096;
    private static final int HEADER = 2 * BLOCK;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ContextId context;

    @BeforeEach
    void openContext() {
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            // Else H2 keeps what is free for 45 seconds, and there are no holes to write into.
            JdbcClient.create(pool).sql("SET RETENTION_TIME 0").update();
            var store = new JdbcContextStore(pool);
            store.putHost(KillModel.HOST, null, Hosts.stored(KillModel.HOST), null);
            context = store.open(KillModel.info(1), _ -> null);
        }
    }

    @Test
    void everyCommitIsFoundInACopyOfTheFile() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("H2RecoveryTest: -Dseed=" + seed);
        var random = new Random(seed);
        long revision = 1;

        for (int session = 0; session < SESSIONS; session++) {
            try (HikariDataSource pool = Databases.h2(directory)) {
                for (int i = random.nextInt(COMMITS); i < COMMITS; i++) {
                    commit(pool, revision);
                    revision++;

                    assertThat(revisionIn(file())).isEqualTo(revision);
                }
            }
        }
    }

    /// The first commit after a clean start is two writes: a chunk, and the header that no longer
    /// says clean.
    @Test
    void killedFirstWriteLosesNothing() throws IOException {
        for (long revision = 1; revision <= FIRST_COMMITS; revision++) {
            byte[] before;
            byte[] after;
            try (HikariDataSource pool = Databases.h2(directory)) {
                before = file();
                commit(pool, revision);
                after = file();
            }

            for (byte[] killed : killedBetween(before, after)) {
                assertThat(revisionIn(killed)).isBetween(revision, revision + 1);
            }
        }
    }

    /// The chunk block by block and all of it, each with the old header.
    private static List<byte[]> killedBetween(byte[] before, byte[] after) {
        var killed = new ArrayList<byte[]>();
        byte[] file = Arrays.copyOf(before, Math.max(before.length, after.length));
        for (int at = HEADER; at < after.length; at += BLOCK) {
            if (!Arrays.equals(file, at, at + BLOCK, after, at, at + BLOCK)) {
                System.arraycopy(after, at, file, at, BLOCK);
                killed.add(Arrays.copyOf(file, Math.max(before.length, at + BLOCK)));
            }
        }
        assertThat(killed).isNotEmpty();
        return killed;
    }

    private void commit(HikariDataSource pool, long revision) {
        new JdbcContextStore(pool)
                .commit(context, revision, KillModel.changes(context.value(), revision), null);
    }

    private byte[] file() throws IOException {
        return Files.readAllBytes(directory.resolve("store.mv.db"));
    }

    /// The revision that is found in a file, with all its rows.
    private long revisionIn(byte[] file) throws IOException {
        Path copies = Files.createDirectories(directory.resolve("copies"));
        Files.write(copies.resolve("store.mv.db"), file);
        try (HikariDataSource pool = Databases.h2(copies)) {
            StoredContext stored = new JdbcContextStore(pool).load(context).orElseThrow();
            assertThat(stored.rows()).containsExactlyElementsOf(KillModel.rows(stored.revision()));
            return stored.revision();
        }
    }
}
