package dev.directmsi.store;

import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

/// Statements that touch exactly one row each, sent in the order in which they came. Consecutive
/// rows of the same statement travel together.
///
/// A statement that touches no row, or one that a key or a check refuses, means that memory and
/// rows disagree: a bug, and the transaction must not be committed.
final class RowBatch {

    /// Enough that the round trip no longer counts, small enough for the driver's memory.
    private static final int ROWS = 1_000;

    private final JdbcTemplate jdbc;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private String statement = "";

    RowBatch(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(String sql, @Nullable Object... values) {
        if (rows.size() == ROWS || !statement.equals(sql)) {
            send();
            statement = sql;
        }
        rows.add(values);
    }

    /// Sends what has not been sent yet.
    void send() {
        if (rows.isEmpty()) {
            return;
        }
        int[] counts;
        try {
            counts = jdbc.batchUpdate(statement, rows);
        } catch (DataIntegrityViolationException e) {
            throw new IllegalStateException("the rows are not as expected by: " + statement, e);
        }
        for (int count : counts) {
            // PostgreSQL does not count the rows of INSERTs that reWriteBatchedInserts joined; an
            // INSERT that does not fail has added its row.
            if (count != 1
                    && !(count == Statement.SUCCESS_NO_INFO && statement.startsWith("INSERT"))) {
                throw new IllegalStateException(count + " rows, not one, touched by: " + statement);
            }
        }
        rows.clear();
    }
}
