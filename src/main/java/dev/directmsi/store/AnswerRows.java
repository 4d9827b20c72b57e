package dev.directmsi.store;

import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The answers recorded under idempotency keys.
final class AnswerRows {

    /// The scope of answers that belong to no context; ids of contexts begin at 1.
    private static final long SERVICE = 0;

    private final JdbcClient jdbc;

    AnswerRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void record(RecordedAnswer answer) {
        try {
            jdbc.sql(
                            """
                            INSERT INTO recorded_answer (scope, name, request, summary, status, headers, body)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            scope(answer.context()),
                            answer.key(),
                            answer.request(),
                            answer.summary(),
                            answer.status(),
                            answer.headers(),
                            answer.body())
                    .update();
        } catch (DuplicateKeyException e) {
            // Another replica was faster: who looks again will find its answer.
            throw new StoreException.Stale("there is an answer under key " + answer.key());
        }
    }

    Optional<RecordedAnswer> find(@Nullable ContextId context, String key) {
        return jdbc.sql(
                        """
                        SELECT request, summary, status, headers, body
                        FROM recorded_answer WHERE scope = ? AND name = ?
                        """)
                .params(scope(context), key)
                .query((row, _) -> answer(context, key, row))
                .optional();
    }

    private static RecordedAnswer answer(@Nullable ContextId context, String key, ResultSet row)
            throws SQLException {
        return new RecordedAnswer(
                context,
                key,
                row.getString("request"),
                row.getString("summary"),
                row.getInt("status"),
                row.getString("headers"),
                row.getBytes("body"));
    }

    /// The scopes that have answers older than 24 hours by the clock of the database.
    List<Long> scopesWithOld() {
        return jdbc.sql(
                        """
                        SELECT DISTINCT scope FROM recorded_answer
                        WHERE created_at < CURRENT_TIMESTAMP - INTERVAL '24' HOUR
                        """)
                .query((row, _) -> row.getLong("scope"))
                .list();
    }

    /// Removes the old answers of one scope; answers how many it were.
    int forgetOld(long scope) {
        // The context first, as in a commit, which counts before it records.
        jdbc.sql("SELECT id FROM context WHERE id = ? FOR UPDATE")
                .param(scope)
                .query(Long.class)
                .optional();
        int forgotten =
                jdbc.sql(
                                """
                                DELETE FROM recorded_answer
                                WHERE scope = ?
                                  AND created_at < CURRENT_TIMESTAMP - INTERVAL '24' HOUR
                                """)
                        .param(scope)
                        .update();
        jdbc.sql("UPDATE context SET answers = answers - ? WHERE id = ?")
                .params(forgotten, scope)
                .update();
        return forgotten;
    }

    void deleteOf(ContextId context) {
        jdbc.sql("DELETE FROM recorded_answer WHERE scope = ?").param(context.value()).update();
    }

    private static long scope(@Nullable ContextId context) {
        return context == null ? SERVICE : context.value();
    }
}
