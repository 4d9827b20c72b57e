package dev.directmsi.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/// How an unsigned 64-bit address is kept in a BIGINT column: with its sign bit flipped, so that
/// the signed order of the column is the unsigned order of the addresses.
final class Unsigned {

    private Unsigned() {}

    static long column(long address) {
        return address ^ Long.MIN_VALUE;
    }

    /// Reads a column that is not null.
    static long read(ResultSet row, String column) throws SQLException {
        return row.getLong(column) ^ Long.MIN_VALUE;
    }
}
