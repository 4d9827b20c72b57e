package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.control.ContextStore.CommitLog;
import dev.directmsi.control.ContextStore.LoggedCommit;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Commits are logged for a while.
interface LogContract extends StoreWords {

    @Test
    default void logKeepsTheLastRevisions() {
        ContextId context = open();
        long far = ChangeLog.KEPT + ChangeLog.PRUNE_EVERY;
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);
        store().commit(context, 2, List.of(new Change.ObjectCreated(StoreWords.ioas(2, 3))), null);
        jdbc().sql("UPDATE context SET revision = ? WHERE id = ?")
                .params(far - 1, context.value())
                .update();

        store().commit(
                        context,
                        far - 1,
                        List.of(new Change.ObjectCreated(StoreWords.ioas(3, far))),
                        null);

        assertThat(logged(context)).containsExactly(far);
    }

    @Test
    default void logSaysWhatChanged() {
        ContextId context = open();
        for (int id = 1; id <= 5; id++) {
            commit(context, id, "[" + id + "]");
        }
        store().commit(context, 6, List.of(), StoreWords.answer(context, "key"));

        assertThat(log(context, 1, 9))
                .isEqualTo(
                        new CommitLog(
                                6,
                                false,
                                List.of(
                                        new LoggedCommit(2, "[1]"),
                                        new LoggedCommit(3, "[2]"),
                                        new LoggedCommit(4, "[3]"),
                                        new LoggedCommit(5, "[4]"),
                                        new LoggedCommit(6, "[5]"))));
        assertThat(log(context, 2, 2).commits())
                .containsExactly(new LoggedCommit(3, "[2]"), new LoggedCommit(4, "[3]"));
        assertThat(log(context, 6, 9)).isEqualTo(new CommitLog(6, false, List.of()));
        assertThat(log(context, 1, 0)).isEqualTo(new CommitLog(6, false, List.of()));
    }

    @Test
    default void logOfAClosedContextIsKeptForTenMinutes() {
        ContextId context = open();
        ContextId young = open();
        commit(context, 1, "[1]");
        store().close(context, 2, null);
        store().close(young, 1, null);
        CommitLog log = new CommitLog(3, true, List.of(new LoggedCommit(2, "[1]")));

        assertThat(log(context, 1, 9)).isEqualTo(log);
        age(context, 9);
        store().forgetClosed();
        assertThat(log(context, 1, 9)).isEqualTo(log);
        age(context, 2);

        assertThat(store().forgetClosed()).isPositive();

        assertThat(store().log(context, 1, 9)).isEmpty();
        assertThat(count("change_log", context)).isZero();
        assertThat(log(young, 1, 9)).isEqualTo(new CommitLog(2, true, List.of()));
    }

    @Test
    default void revisionsAreThoseOfOpenContexts() {
        ContextId moved = open();
        ContextId fresh = open();
        ContextId closed = open();
        commit(moved, 1, "[]");
        store().close(closed, 1, null);

        assertThat(store().revisions(List.of(moved, fresh, closed, new ContextId(1_000_000_000))))
                .containsExactlyInAnyOrderEntriesOf(Map.of(moved, 2L, fresh, 1L));
        assertThat(store().isShared()).isNotEqualTo(isExclusive());
    }

    private void commit(ContextId context, int revision, String log) {
        Change change = new Change.ObjectCreated(StoreWords.ioas(revision, revision + 1));
        store().commit(context, revision, List.of(change), log, null);
    }

    private CommitLog log(ContextId context, long after, int limit) {
        return store().log(context, after, limit).orElseThrow();
    }

    private void age(ContextId context, int minutes) {
        jdbc().sql(
                        "UPDATE closed_context SET closed_at = closed_at - INTERVAL '"
                                + minutes
                                + "' MINUTE WHERE id = ?")
                .param(context.value())
                .update();
    }

    private List<@Nullable Long> logged(ContextId context) {
        return jdbc().sql("SELECT revision FROM change_log WHERE context_id = ? ORDER BY revision")
                .param(context.value())
                .query(Long.class)
                .list();
    }
}
