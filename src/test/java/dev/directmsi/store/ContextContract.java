package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.IommufdObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is committed to a context is kept, and nothing else.
interface ContextContract extends StoreWords {

    @Test
    default void everyChangeOfEveryObjectIsKept() {
        ContextInfo info = Hosts.info(host());
        ContextId context = open();
        ContextState live = Snapshot.state(context, 1, info);
        Set<Class<?>> kinds = new HashSet<>();
        Set<Class<?>> types = new HashSet<>();

        for (List<Change> changes : Story.commits(info)) {
            store().commit(context, live.revision(), changes, null);
            live.apply(live.revision() + 1, changes);

            assertThat(Snapshot.of(load(context))).isEqualTo(Snapshot.of(live));
            changes.forEach(change -> kinds.add(change.getClass()));
            live.objects().forEach(object -> types.add(object.getClass()));
        }

        assertThat(kinds).containsExactlyInAnyOrder(Change.class.getPermittedSubclasses());
        assertThat(types).containsExactlyInAnyOrder(IommufdObject.class.getPermittedSubclasses());
    }

    @Test
    default void rowsComeInTheOrderOfTheirAddresses() {
        ContextId context = open();
        List<Change> maps =
                Story.commits(Hosts.info(host())).get(1).stream()
                        .filter(Change.MappingAdded.class::isInstance)
                        .toList();
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);
        store().commit(context, 2, maps, null);

        assertThat(load(context).rows())
                .filteredOn(Change.MappingAdded.class::isInstance)
                .extracting(change -> ((Change.MappingAdded) change).mapping().first())
                .containsExactly(0x1000L, 0x3000L, 0xffff_ffff_ffff_f000L);
    }

    @Test
    default void contextThatMovedIsStale() {
        ContextId context = open();
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);

        assertThatThrownBy(() ->
                        store().commit(
                                        context,
                                        1,
                                        List.of(new Change.ObjectCreated(StoreWords.ioas(2, 2))),
                                        null))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(() -> store().close(context, 1, null))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(rows(context)).containsExactly(new Change.ObjectCreated(StoreWords.ioas(1, 2)));
    }

    @Test
    default void failedCommitLeavesNothing() {
        ContextId context = open();
        Claim claim = new Claim.GroupClaim(1);

        assertThatThrownBy(() ->
                        store().commit(
                                        context,
                                        1,
                                        List.of(
                                                new Change.ResourceClaimed(claim),
                                                new Change.ObjectCreated(StoreWords.ioas(1, 2)),
                                                new Change.ObjectDestroyed(StoreWords.ioas(2, 2))),
                                        StoreWords.answer(context, "key")))
                .isInstanceOf(IllegalStateException.class);

        assertThat(load(context).revision()).isEqualTo(1);
        assertThat(rows(context)).isEmpty();
        assertThat(store().claims(host())).isEmpty();
        assertThat(store().answer(context, "key")).isEmpty();
        assertThat(count("change_log", context)).isZero();
    }

    @Test
    default void changeThatDoesNotFitItsRowsIsABug() {
        ContextId context = open();
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);

        assertIsBug(context, new Change.ObjectCreated(StoreWords.ioas(1, 3)));
        assertIsBug(context, new Change.ObjectDestroyed(StoreWords.ioas(1, 3)));
        assertIsBug(
                context, new Change.ObjectReplaced(StoreWords.ioas(2, 2), StoreWords.ioas(2, 2)));
        assertIsBug(context, new Change.ResourceReleased(new Claim.GroupClaim(1)));
        for (Change change : Story.commits(Hosts.info(host())).get(3)) {
            if (!(change instanceof Change.ObjectCreated
                    || change instanceof Change.MappingAdded)) {
                assertIsBug(context, change);
            }
        }
    }

    private void assertIsBug(ContextId context, Change change) {
        assertThatThrownBy(() -> store().commit(context, 2, List.of(change), null))
                .as("%s", change)
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    default void objectDoesNotGoBeforeWhatBelongsToIt() {
        ContextInfo info = Hosts.info(host());
        ContextId context = open();
        List<List<Change>> story = Story.commits(info);
        store().commit(context, 1, story.get(0), null);
        store().commit(context, 2, story.get(1), null);
        Set<Integer> owners = Set.of(1, 6, 9); // of mappings, vectors, events

        for (Change change : story.get(0)) {
            var object = ((Change.ObjectCreated) change).object();
            if (owners.contains(object.id().value())) {
                assertThatThrownBy(() ->
                                store().commit(
                                                context,
                                                3,
                                                List.of(new Change.ObjectDestroyed(object)),
                                                null))
                        .as("%s", object)
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    default void closeLeavesNothing() {
        ContextInfo info = Hosts.info(host());
        ContextId context = open();
        ContextId other = open();
        long revision = 1;
        for (List<Change> changes : Story.commits(info)) {
            store().commit(
                            context,
                            revision,
                            changes,
                            StoreWords.answer(context, "key" + revision));
            revision++;
        }

        store().close(context, revision, StoreWords.answer(null, host()));

        assertThat(store().load(context)).isEmpty();
        assertThat(store().openOn(host())).containsExactly(other);
        assertThat(store().open()).contains(other).doesNotContain(context);
        assertThat(store().claims(host())).isEmpty();
        assertThat(store().answer(context, "key1")).isEmpty();
        assertThat(store().answer(null, host())).isPresent();
        for (String table : ContextRows.BELONGINGS) {
            assertThat(count(table, context)).as(table).isZero();
        }
    }

    @Test
    default void idsAreNeverReused() {
        ContextId first = open();
        store().close(first, 1, null);
        assertThatThrownBy(() ->
                        store().open(
                                        Hosts.info(host()),
                                        _ -> {
                                            throw new IllegalStateException("no answer");
                                        }))
                .hasMessage("no answer");

        ContextId second = open();

        assertThat(second.value()).isGreaterThan(first.value());
        assertThat(store().openOn(host())).containsExactly(second);
    }

    @Test
    default void confirmTellsAContextThatMoved() {
        ContextId context = open();

        store().confirm(context, 1);

        if (!isExclusive()) {
            assertThatThrownBy(() -> store().confirm(context, 2))
                    .isInstanceOf(StoreException.Stale.class);
        }
    }
}
