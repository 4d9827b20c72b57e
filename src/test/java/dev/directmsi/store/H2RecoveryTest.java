package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.iommufd.ContextId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A copy of the file, taken while the database is open, is what a killed process would leave.
class H2RecoveryTest {

    private static final int SESSIONS = 4;
    private static final int COMMITS = 6;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void everyCommitIsFoundInACopyOfTheFile() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("H2RecoveryTest: -Dseed=" + seed);
        var random = new Random(seed);
        ContextId context;
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            // Else H2 keeps what is free for 45 seconds, and there are no holes to write into.
            JdbcClient.create(pool).sql("SET RETENTION_TIME 0").update();
            var store = new JdbcContextStore(pool);
            store.putHost(KillModel.HOST, null, Hosts.stored(KillModel.HOST), null);
            context = store.open(KillModel.info(1), _ -> null);
        }
        long revision = 1;

        for (int session = 0; session < SESSIONS; session++) {
            try (HikariDataSource pool = Databases.h2(directory)) {
                var store = new JdbcContextStore(pool);
                for (int i = random.nextInt(COMMITS); i < COMMITS; i++) {
                    store.commit(
                            context, revision, KillModel.changes(context.value(), revision), null);
                    revision++;

                    assertThat(revisionInACopy(context)).isEqualTo(revision);
                }
            }
        }
    }

    private long revisionInACopy(ContextId context) throws IOException {
        Path copies = Files.createDirectories(directory.resolve("copies"));
        Files.copy(
                directory.resolve("store.mv.db"),
                copies.resolve("store.mv.db"),
                StandardCopyOption.REPLACE_EXISTING);
        try (HikariDataSource pool = Databases.h2(copies)) {
            return new JdbcContextStore(pool).load(context).orElseThrow().revision();
        }
    }
}
