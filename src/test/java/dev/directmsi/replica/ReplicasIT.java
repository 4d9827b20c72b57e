package dev.directmsi.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.container.NeedsEngine;
import dev.directmsi.replica.Violations.Promise;
import dev.directmsi.store.PostgreSqlServer;
import java.util.ArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/// Three processes on one PostgreSQL under faults: the history of answers is linearizable per
/// context, claims hold across contexts, and nothing acknowledged is missing. And the judge of it
/// is not blind: when the database is lied to, so that one of the guards is gone, it says so.
///
/// `-Dseed=` repeats a run (as far as the choices go; threads meet as they like), and
/// `-Dreplica.rounds=` asks for more rounds, each with the next seed.
@NeedsEngine
@TestMethodOrder(OrderAnnotation.class)
final class ReplicasIT {

    private static final int ROUNDS = Integer.getInteger("replica.rounds", 6);

    /// Operations of each client in a round.
    private static final int OPERATIONS = Integer.getInteger("replica.operations", 40);

    /// Rounds in which a lie must come out.
    private static final int LIES_COME_OUT_IN = 6;

    private static final long SEED = Long.getLong("seed", System.nanoTime() & 0xffff_ffffL);

    private static Model model;
    private static PostgreSqlServer database;
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        System.out.println("ReplicasIT: -Dseed=" + SEED);
        database = PostgreSqlServer.start();
        cluster = new Cluster(database);
        model = new Model();
    }

    @AfterAll
    static void stop() {
        model.close();
        cluster.close();
        database.close();
    }

    @Test
    @Order(1)
    @Timeout(1800)
    void historyUnderFaultsIsLinearizable() {
        var failures = new ArrayList<String>();
        for (int i = 0; i < ROUNDS; i++) {
            var round = new Round(cluster, model, SEED + i, OPERATIONS);
            Violations violations = round.run(true);
            System.out.println(round);
            if (!violations.isEmpty()) {
                System.out.println(violations);
                failures.add(round + "\n" + violations);
            }
        }
        assertThat(failures)
                .as(() -> cluster.errors().limit(200).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    /// Rule 2: a refusal, and every read, is confirmed.
    @Test
    @Order(2)
    @Timeout(600)
    void staleViewsAreSeen() {
        cluster.tell(Lie.EVERY_VIEW_IS_FRESH);
        try {
            assertThat(untilViolated().has(Promise.TIME_IS_REAL, Promise.ANSWERS_ARE_EXPLAINED))
                    .isTrue();
        } finally {
            cluster.tell();
        }
    }

    @Test
    @Order(3)
    @Timeout(600)
    void ramClaimedTwiceIsSeen() {
        cluster.tell(Lie.RAM_IS_FREE);
        try {
            assertThat(untilViolated().has(Promise.CLAIMS_EXCLUDE)).isTrue();
        } finally {
            cluster.tell();
        }
    }

    /// The revision is the lock. That each revision is logged once would still be a check of it.
    @Test
    @Order(4)
    @Timeout(600)
    void missingRevisionCheckIsSeen() {
        cluster.sql("ALTER TABLE change_log DROP CONSTRAINT change_log_pkey");
        cluster.tell(Lie.REVISION_NEVER_MOVES);
        try {
            assertThat(
                            untilViolated()
                                    .has(
                                            Promise.COMMITS_FOLLOW_THE_RULES,
                                            Promise.NOTHING_ACKNOWLEDGED_IS_MISSING))
                    .isTrue();
        } finally {
            cluster.tell();
        }
    }

    /// The last, since it leaves claims that are there twice.
    @Test
    @Order(5)
    @Timeout(600)
    void groupClaimedTwiceIsSeen() {
        cluster.sql("ALTER TABLE claim DROP CONSTRAINT claim_pkey");

        assertThat(untilViolated().has(Promise.CLAIMS_EXCLUDE)).isTrue();
    }

    /// Rounds without faults until one shows a violation.
    private static Violations untilViolated() {
        for (int i = 0; i < LIES_COME_OUT_IN; i++) {
            var round = new Round(cluster, model, SEED + i, OPERATIONS);
            Violations violations = round.run(false);
            if (!violations.isEmpty()) {
                System.out.println("after " + (i + 1) + " rounds: " + violations);
                return violations;
            }
        }
        return new Violations();
    }
}
