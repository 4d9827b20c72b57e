package dev.directmsi.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/// PostgreSQL does it all by itself, unless it was told not to. A commit becomes visible to others
/// when it is durable, not before.
final class PostgreSql implements Durability {

    private static final Logger log = LoggerFactory.getLogger(PostgreSql.class);

    private static final String REMEDY =
            "Set it to on in postgresql.conf, for the role and for the database (ALTER SYSTEM, ALTER"
                    + " ROLE, ALTER DATABASE), or use another server.";

    PostgreSql(JdbcTemplate jdbc) {
        jdbc.execute(
                (ConnectionCallback<@Nullable Void>)
                        connection -> {
                            check(connection);
                            if (!isOn(connection, "full_page_writes")) {
                                log.warn(
                                        "PostgreSQL runs with full_page_writes = off: safe on a"
                                                + " file system that never tears a page, such as ZFS");
                            }
                            return null;
                        });
    }

    private static boolean isOn(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            return row.next() && "on".equals(row.getString(1));
        }
    }

    /// Checks that what is committed on a connection is durable, and that it stays so: what counts
    /// for a session (`synchronous_commit`, which the server, the database, the role and the URL
    /// can set) is pinned in it, so that a later change reaches new connections only, and is
    /// refused there. One round trip. Of the server's own settings a change is noticed by the next
    /// connection.
    ///
    /// @throws UnusableDatabase when it is not
    static void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT set_config('synchronous_commit',
                                                  current_setting('synchronous_commit'), false)
                                           AS synchronous_commit,
                                       current_setting('fsync') AS fsync,
                                       current_setting('server_encoding') AS server_encoding
                                """)) {
            row.next();
            refuseOff(row, "fsync");
            refuseOff(row, "synchronous_commit");
            String encoding = row.getString("server_encoding");
            if (!"UTF8".equals(encoding)) {
                throw new UnusableDatabase(
                        "the database has the encoding "
                                + encoding
                                + ", which not all names fit in",
                        "Create it WITH ENCODING 'UTF8'.",
                        null);
            }
        }
    }

    private static void refuseOff(ResultSet row, String setting) throws SQLException {
        if ("off".equals(row.getString(setting))) {
            throw new UnusableDatabase(
                    "PostgreSQL runs with "
                            + setting
                            + " = off: acknowledged commits would be lost in a crash",
                    REMEDY,
                    null);
        }
    }

    @Override
    public void flush() {
        // a commit can be read only when it is durable
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    public int snapshotIsolation() {
        return Connection.TRANSACTION_REPEATABLE_READ;
    }
}
