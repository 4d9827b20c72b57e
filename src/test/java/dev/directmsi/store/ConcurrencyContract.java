package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Many writers and readers at once.
interface ConcurrencyContract extends StoreWords {

    @Test
    default void contextsCommitSideBySide() {
        int contexts = 8;
        int commits = 40;
        List<ContextId> open = new ArrayList<>();
        for (int i = 0; i < contexts; i++) {
            open.add(open());
        }
        long flushesBefore = store().flushes();

        Together.run(
                contexts,
                number -> {
                    ContextId context = open.get(number);
                    for (int revision = 1; revision <= commits; revision++) {
                        store().commit(
                                        context,
                                        revision,
                                        List.of(
                                                new Change.ObjectCreated(
                                                        StoreWords.ioas(revision, revision + 1)),
                                                StoreWords.claimed(
                                                        new Claim.GroupClaim(
                                                                number * commits + revision))),
                                        null);
                    }
                });

        for (ContextId context : open) {
            assertThat(load(context).revision()).isEqualTo(commits + 1);
            assertThat(rows(context)).hasSize(commits);
        }
        assertThat(store().claims(host())).hasSize(contexts * commits);
        assertThat(store().flushes() - flushesBefore).isLessThan((long) contexts * commits);
    }

    @Test
    default void oneOfManyGetsAClaim() {
        int contexts = 8;
        int rounds = 30;
        List<ContextId> open = IntStream.range(0, contexts).mapToObj(_ -> open()).toList();
        long[] revisions = new long[contexts];
        Arrays.fill(revisions, 1);

        for (int round = 1; round <= rounds; round++) {
            long top = round * 0x10_0000L;
            Together.run(
                    contexts,
                    number -> {
                        // Every range contains the same page, no two are equal.
                        Change claim = StoreWords.ram(top - 0x1000L * number, top + 0xfff);
                        try {
                            store().commit(
                                            open.get(number),
                                            revisions[number],
                                            List.of(claim),
                                            null);
                            revisions[number]++;
                        } catch (StoreException.ClaimTaken e) {
                            // one of the others has it
                        }
                    });

            assertThat(store().claims(host())).hasSize(round);
        }
    }

    @Test
    default void oneOfManyCommitsARevision() {
        ContextId context = open();
        int writers = 8;
        var stale = new AtomicInteger();

        Together.run(
                writers,
                number -> {
                    try {
                        store().commit(
                                        context,
                                        1,
                                        List.of(
                                                new Change.ObjectCreated(
                                                        StoreWords.ioas(number + 1, 2))),
                                        null);
                    } catch (StoreException.Stale e) {
                        stale.incrementAndGet();
                    }
                });

        assertThat(stale).hasValue(writers - 1);
        assertThat(rows(context)).hasSize(1);
    }

    @Test
    default void hostGoesOrIsOpened() {
        for (int round = 0; round < 20; round++) {
            String contested = host() + round;
            store().putHost(contested, null, Hosts.stored(contested), null);

            Together.run(
                    4,
                    number -> {
                        try {
                            if (number % 2 == 0) {
                                store().open(Hosts.info(contested), _ -> null);
                            } else {
                                store().putHost(contested, Hosts.hash(contested), null, null);
                            }
                        } catch (StoreException.Stale | StoreException.HostInUse e) {
                            // the other side was faster
                        }
                    });

            boolean there = store().hosts().contains(Hosts.stored(contested));
            assertThat(store().openOn(contested)).hasSize(there ? 2 : 0);
        }
    }

    @Test
    default void loadSeesOneMoment() {
        ContextId context = open();
        int commits = 25;
        var done = new AtomicBoolean();

        Together.run(
                2,
                number -> {
                    if (number == 0) {
                        for (int revision = 1; revision <= commits; revision++) {
                            store().commit(
                                            context,
                                            revision,
                                            List.of(
                                                    new Change.ObjectCreated(
                                                            StoreWords.ioas(
                                                                    revision, revision + 1))),
                                            null);
                        }
                        done.set(true);
                    }
                    while (!done.get()) {
                        StoredContext seen = load(context);
                        assertThat(seen.rows()).hasSize((int) seen.revision() - 1);
                    }
                });
    }
}
