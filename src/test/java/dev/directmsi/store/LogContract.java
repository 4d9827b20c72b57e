package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import java.util.List;
import java.util.stream.IntStream;
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
        List<Change> many =
                IntStream.rangeClosed(1, 101)
                        .mapToObj(i -> (Change) new Change.ObjectCreated(StoreWords.ioas(i, 2)))
                        .toList();
        store().commit(context, 1, many, null);
        store().commit(
                        context,
                        2,
                        List.of(new Change.ObjectDestroyed(StoreWords.ioas(1, 2))),
                        null);

        assertThat(
                        jdbc().sql(
                                        "SELECT changes FROM change_log WHERE context_id = ? ORDER BY revision")
                                .param(context.value())
                                .query(String.class)
                                .list())
                .containsExactly(
                        "[{\"count\":101,\"kind\":\"ObjectCreated\"}]",
                        "[{\"id\":1,\"kind\":\"ObjectDestroyed\",\"type\":\"IOAS\"}]");
    }

    private List<@Nullable Long> logged(ContextId context) {
        return jdbc().sql("SELECT revision FROM change_log WHERE context_id = ? ORDER BY revision")
                .param(context.value())
                .query(Long.class)
                .list();
    }
}
