package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.ContextId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A context whose rows come and go, beside rows that stay. That what is compacted survives a kill
/// is for {@link StoreKillTest} and {@link H2RecoveryTest}, in which every process, or every
/// commit, begins with it.
class H2CompactionTest {

    private static final int COMMITS = 1_500;

    /// The file had 156 KB with compaction, 1,147 KB without.
    private static final long SMALL = 400_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    @Timeout(120)
    void fileOfFewRowsStaysSmall() throws IOException {
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            // Else H2 keeps what is free for seconds that this does not take.
            JdbcClient.create(pool).sql("SET RETENTION_TIME 0").update();
            var store = new JdbcContextStore(pool);
            store.putHost(KillModel.HOST, null, Hosts.stored(KillModel.HOST), null);
            ContextId context = store.open(KillModel.info(1), _ -> null);
            for (long revision = 1; revision <= COMMITS; revision++) {
                store.commit(context, revision, KillModel.changes(context.value(), revision), null);
            }

            StoredContext stored = store.load(context).orElseThrow();
            assertThat(stored.rows()).containsExactlyElementsOf(KillModel.rows(COMMITS + 1));
            assertThat(Files.size(directory.resolve("store.mv.db"))).isLessThan(SMALL);
        }
    }
}
