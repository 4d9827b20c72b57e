package dev.directmsi.store;

import java.sql.Connection;
import org.springframework.jdbc.core.JdbcTemplate;

/// PostgreSQL does it all by itself, unless it was told not to.
final class PostgreSql implements Durability {

    PostgreSql(JdbcTemplate jdbc) {
        refuseOff(jdbc, "fsync");
        refuseOff(jdbc, "synchronous_commit");
    }

    private static void refuseOff(JdbcTemplate jdbc, String setting) {
        String value = jdbc.queryForObject("SELECT current_setting(?)", String.class, setting);
        if ("off".equals(value)) {
            throw new IllegalStateException(
                    "PostgreSQL runs with "
                            + setting
                            + " = off: acknowledged commits would be lost in a crash");
        }
    }

    @Override
    public void beginWriting() {
        // transactions are atomic and isolated by themselves
    }

    @Override
    public void endWriting() {
        // see beginWriting
    }

    @Override
    public void commit(Runnable commit) {
        commit.run();
    }

    @Override
    public void settle() {
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
