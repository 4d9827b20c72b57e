package dev.directmsi.store;

import static dev.directmsi.store.Story.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Answers are recorded with their commit, and repeated for a day.
interface AnswerContract extends StoreWords {

    @Test
    default void answersAreKept() {
        ContextId context =
                store().open(Hosts.info(host()), id -> StoreWords.answer(null, host() + id));
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        RecordedAnswer large =
                new RecordedAnswer(context, "key", "request", "POST /x", 201, "Location: /y", body);
        store().commit(context, 1, List.of(), large);

        assertSame(large, store().answer(context, "key").orElseThrow());
        assertSame(
                StoreWords.answer(null, host() + context),
                store().answer(null, host() + context).orElseThrow());
        assertThat(store().answer(null, "key")).isEmpty();
        assertThat(store().answer(context, "other")).isEmpty();
        assertThat(load(context).revision()).isEqualTo(1);
        assertThat(count("change_log", context)).isZero();
    }

    @Test
    default void answerIsRecordedAtItsRevisionOrNotAtAll() {
        ContextId context = open();
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);

        assertThatThrownBy(() ->
                        store().commit(context, 1, List.of(), StoreWords.answer(context, "key")))
                .isInstanceOf(StoreException.Stale.class);

        assertThat(store().answer(context, "key")).isEmpty();
        store().commit(context, 2, List.of(), StoreWords.answer(context, "key"));
        assertThat(store().answer(context, "key")).isPresent();
        assertThat(load(context).revision()).isEqualTo(2);
    }

    private static void assertSame(RecordedAnswer expected, RecordedAnswer actual) {
        assertThat(actual).usingRecursiveComparison().ignoringFields("body").isEqualTo(expected);
        assertThat(actual.body()).isEqualTo(expected.body());
    }

    @Test
    default void secondAnswerUnderAKeyIsStale() {
        ContextId context = open();
        store().commit(context, 1, List.of(), StoreWords.answer(context, "key"));
        List<Change> more = List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2)));

        assertThatThrownBy(() ->
                        store().commit(context, 1, List.of(), StoreWords.answer(context, "key")))
                .isInstanceOf(StoreException.Stale.class);
        assertThatThrownBy(
                        () -> store().commit(context, 1, more, StoreWords.answer(context, "key")))
                .isInstanceOf(StoreException.Stale.class);
        assertThat(load(context).revision()).isEqualTo(1);
        assertThat(rows(context)).isEmpty();
    }

    @Test
    default void answersOfAContextAreLimited() {
        ContextId context = open();
        store().commit(context, 1, List.of(), StoreWords.answer(context, "first"));
        jdbc().sql("UPDATE context SET answers = ? WHERE id = ?")
                .params(JdbcContextStore.ANSWERS - 1, context.value())
                .update();

        store().commit(context, 1, List.of(), StoreWords.answer(context, "last"));

        assertThatThrownBy(() ->
                        store().commit(context, 1, List.of(), StoreWords.answer(context, "more")))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection ->
                                assertThat(rejection.reason())
                                        .isEqualTo(Reason.IDEMPOTENCY_KEYS_FULL));
        store().commit(context, 1, List.of(new Change.ObjectCreated(StoreWords.ioas(1, 2))), null);
    }

    @Test
    default void oldAnswersAreForgotten() {
        ContextId context = open();
        store().commit(context, 1, List.of(), StoreWords.answer(context, "old"));
        store().commit(context, 1, List.of(), StoreWords.answer(context, "young"));
        age(context, "old", "25");
        age(context, "young", "23");

        assertThat(store().forgetOldAnswers()).isEqualTo(1);

        assertThat(store().answer(context, "old")).isEmpty();
        assertThat(store().answer(context, "young")).isPresent();
        assertThat(answersOf(context)).isEqualTo(1);
        assertThat(store().forgetOldAnswers()).isZero();
    }

    private void age(ContextId context, String key, String hours) {
        jdbc().sql(
                        "UPDATE recorded_answer SET created_at = CURRENT_TIMESTAMP - INTERVAL '"
                                + hours
                                + "' HOUR WHERE scope = ? AND name = ?")
                .params(context.value(), key)
                .update();
    }

    private int answersOf(ContextId context) {
        return jdbc().sql("SELECT answers FROM context WHERE id = ?")
                .param(context.value())
                .query(Integer.class)
                .single();
    }
}
