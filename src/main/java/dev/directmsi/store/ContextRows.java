package dev.directmsi.store;

import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.store.Confirmations.View;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/// The row of each context that is open.
final class ContextRows {

    /// What hangs on a context, in an order that foreign keys allow. Its log is not among it: that
    /// outlives it for a while.
    static final List<String> BELONGINGS =
            List.of(
                    "mapping",
                    "msi_vector",
                    "queued_event",
                    "dirty_page",
                    "page_fault",
                    "memory_page",
                    "memory_region",
                    "memory_file",
                    "kept_pages",
                    "object",
                    "claim");

    private static final int LIMIT = JdbcContextStore.ANSWERS;

    private final JdbcClient jdbc;

    ContextRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    ContextId insert(ContextInfo info) {
        var keys = new GeneratedKeyHolder();
        jdbc.sql("INSERT INTO context (revision, host, info) VALUES (1, ?, ?)")
                .params(info.host(), ObjectBodies.write(info))
                .update(keys, "id");
        return new ContextId(Objects.requireNonNull(keys.getKeyAs(Long.class)));
    }

    /// Compare-and-set of the revision; locks the row until the end of the transaction.
    ///
    /// @param steps by how much the revision moves: 0 only holds it
    /// @param info written with it, null to leave it
    /// @param answers how many answers will be recorded in this context
    void advance(ContextId id, long revision, int steps, @Nullable ContextInfo info, int answers) {
        int rows =
                info == null
                        ? jdbc.sql(
                                        """
                                        UPDATE context
                                        SET revision = revision + ?, answers = answers + ?
                                        WHERE id = ? AND revision = ? AND answers <= ?
                                        """)
                                .params(steps, answers, id.value(), revision, LIMIT - answers)
                                .update()
                        : jdbc.sql(
                                        """
                                        UPDATE context
                                        SET revision = revision + ?, answers = answers + ?, info = ?
                                        WHERE id = ? AND revision = ? AND answers <= ? AND host = ?
                                        """)
                                .params(
                                        steps,
                                        answers,
                                        ObjectBodies.write(info),
                                        id.value(),
                                        revision,
                                        LIMIT - answers,
                                        info.host())
                                .update();
        if (rows != 1) {
            // Stale, if it is; else there is only one thing that it can be.
            confirm(id, revision);
            if (answers == 0) {
                throw new IllegalStateException("context " + id + " is not on " + info);
            }
            throw Reason.IDEMPOTENCY_KEYS_FULL.refusal("context", id.toString(), "limit", LIMIT);
        }
    }

    void confirm(ContextId id, long revision) {
        boolean still =
                jdbc.sql("SELECT EXISTS (SELECT 1 FROM context WHERE id = ? AND revision = ?)")
                        .params(id.value(), revision)
                        .query(Boolean.class)
                        .single();
        if (!still) {
            throw stale(id, revision);
        }
    }

    /// Those of some views that are not true, now.
    Set<View> stale(List<View> views) {
        return jdbc.sql(
                        """
                        SELECT id, revision FROM unnest(?, ?) AS seen (id, revision)
                        WHERE NOT EXISTS (SELECT 1 FROM context
                                          WHERE context.id = seen.id
                                            AND context.revision = seen.revision)
                        """)
                .params(
                        views.stream().map(view -> view.id().value()).toArray(Long[]::new),
                        views.stream().map(View::revision).toArray(Long[]::new))
                .query((row, number) -> new View(id(row, number), row.getLong("revision")))
                .set();
    }

    static StoreException.Stale stale(ContextId id, long revision) {
        return new StoreException.Stale("context " + id + " is not at revision " + revision);
    }

    /// Deletes the context and everything that belongs to it, its claims too.
    void delete(ContextId id) {
        for (String table : BELONGINGS) {
            jdbc.sql("DELETE FROM " + table + " WHERE context_id = ?").param(id.value()).update();
        }
        int rows = jdbc.sql("DELETE FROM context WHERE id = ?").param(id.value()).update();
        if (rows != 1) {
            throw new IllegalStateException(rows + " rows, not one, of locked context " + id);
        }
    }

    Map<ContextId, Long> revisions(Collection<ContextId> ids) {
        Long[] values = ids.stream().map(ContextId::value).toArray(Long[]::new);
        return jdbc
                .sql("SELECT id, revision FROM context WHERE id = ANY (?)")
                .param(values)
                .query((row, number) -> Map.entry(id(row, number), row.getLong("revision")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    List<ContextId> open() {
        return jdbc.sql("SELECT id FROM context ORDER BY id").query(ContextRows::id).list();
    }

    List<ContextId> openOn(String host) {
        return jdbc.sql("SELECT id FROM context WHERE host = ? ORDER BY id")
                .param(host)
                .query(ContextRows::id)
                .list();
    }

    private static ContextId id(ResultSet row, int number) throws SQLException {
        return new ContextId(row.getLong("id"));
    }
}
