package dev.directmsi.store;

import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The answers recorded under idempotency keys.
final class AnswerRows {

    /// The scope of answers that belong to no context; ids of contexts begin at 1.
    private static final long SERVICE = 0;

    private record Forgotten(long scope, int answers) {}

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
                            compressed(answer.body()))
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
                expanded(row.getBytes("body")));
    }

    /// Removes what is older than 24 hours by the clock of the database; answers how many it were.
    int forgetOld() {
        List<Forgotten> old =
                jdbc.sql(
                                """
                                SELECT scope, COUNT(*) AS answers FROM recorded_answer
                                WHERE created_at < CURRENT_TIMESTAMP - INTERVAL '24' HOUR
                                GROUP BY scope ORDER BY scope
                                """)
                        .query((row, _) -> new Forgotten(row.getLong("scope"), 0))
                        .list();
        return old.stream().mapToInt(scope -> forgetOld(scope.scope())).sum();
    }

    private int forgetOld(long scope) {
        // The context first: a commit locks it before it records an answer, too.
        jdbc.sql("SELECT revision FROM context WHERE id = ? FOR UPDATE")
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

    // Compressed because a column of H2 holds 1 MiB, and the answer to a large batch is more.

    private static byte[] compressed(byte[] body) {
        var bytes = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] expanded(byte[] stored) {
        try (var inflater = new InflaterInputStream(new ByteArrayInputStream(stored))) {
            return inflater.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
