package dev.directmsi.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.ContextId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Kills a process while it commits, again and again on one database, and looks whether everything
/// that was acknowledged is there, and nothing by halves.
class StoreKillTest {

    private static final int ROUNDS = 10;
    private static final int CONTEXTS = 4;

    /// Acknowledged commits of a round are at most these, so that a round is short.
    private static final int COMMITS = 150;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    @Timeout(300)
    void killedProcessLosesNothingAcknowledged() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("StoreKillTest: -Dseed=" + seed);
        var random = new Random(seed);
        try (HikariDataSource pool = Databases.h2(directory)) {
            Flyway.configure().dataSource(pool).load().migrate();
            // Else H2 keeps what is free for 45 seconds, and no commit goes into a hole of the
            // file.
            JdbcClient.create(pool).sql("SET RETENTION_TIME 0").update();
            var store = new JdbcContextStore(pool);
            store.putHost(KillModel.HOST, null, Hosts.stored(KillModel.HOST), null);
            for (int i = 0; i < CONTEXTS; i++) {
                store.open(KillModel.info(1), _ -> null);
            }
        }

        Map<Long, Long> acknowledged = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            // Half of the time among the first commits: those lie elsewhere than the rest.
            int commits = 1 + random.nextInt(random.nextBoolean() ? CONTEXTS : COMMITS);
            acknowledged.putAll(killAfter(commits));

            check(acknowledged);
        }
        assertThat(acknowledged).isNotEmpty();
    }

    /// Lets a process acknowledge some commits and kills it in the midst of the next; answers the
    /// last acknowledged revision of each context.
    private Map<Long, Long> killAfter(int commits) throws IOException, InterruptedException {
        Process victim =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KillVictim.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Map<Long, Long> acknowledged = new HashMap<>();
        try (BufferedReader lines = victim.inputReader(US_ASCII)) {
            for (int i = 0; i < commits; i++) {
                note(lines.readLine(), acknowledged);
            }
            // Through its handle: Process.destroyForcibly also closes the pipe, and what is still
            // in
            // it was acknowledged.
            victim.toHandle().destroyForcibly();
            lines.lines().forEach(line -> note(line, acknowledged));
        } finally {
            victim.destroyForcibly().waitFor();
        }
        return acknowledged;
    }

    private static void note(String line, Map<Long, Long> acknowledged) {
        assertThat(line).as("the victim ended by itself").isNotNull();
        if (line.endsWith(".")) {
            String[] words = line.split(" ", -1);
            acknowledged.merge(Long.valueOf(words[0]), Long.valueOf(words[1]), Math::max);
        }
    }

    private void check(Map<Long, Long> acknowledged) {
        try (HikariDataSource pool = Databases.h2(directory)) {
            var store = new JdbcContextStore(pool);
            List<ContextId> contexts = store.open();
            assertThat(contexts).hasSize(CONTEXTS);
            for (ContextId context : contexts) {
                StoredContext stored = store.load(context).orElseThrow();
                long known = acknowledged.getOrDefault(context.value(), 1L);
                // One more commit may have happened without an acknowledgement.
                assertThat(stored.revision()).isBetween(known, known + 1);
                assertThat(stored.info()).isEqualTo(KillModel.info(stored.revision()));
                assertThat(stored.rows())
                        .containsExactlyElementsOf(KillModel.rows(stored.revision()));
                acknowledged.put(context.value(), stored.revision());
            }
            assertThat(store.claims(KillModel.HOST))
                    .containsExactlyInAnyOrderElementsOf(claims(acknowledged));
        }
    }

    private static List<StoredClaim> claims(Map<Long, Long> revisions) {
        return revisions.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .flatMap(entry -> Stream.of(claim(entry.getKey(), entry.getValue())))
                .toList();
    }

    private static StoredClaim claim(long context, long revision) {
        return new StoredClaim(new ContextId(context), KillModel.claim(context, revision));
    }
}
