package dev.directmsi.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first connection of a process to its database. A server that is not there yet is waited for,
/// because services and databases are started together; not for ever, because whoever started this
/// process is to learn that it does not come up. What waiting does not mend (a wrong password, no
/// such database, settings that are not durable) ends the start at once.
final class FirstConnection {

    private static final Logger log = LoggerFactory.getLogger(FirstConnection.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String address;
    private final Duration patience;

    /// @param address of the database, for people
    FirstConnection(String address, Duration patience) {
        this.address = address;
        this.patience = patience;
    }

    /// @throws UnusableDatabase when there is none
    Connection open(H2File.Opener opener) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return opener.open();
            } catch (SQLException e) {
                if (!isWorthWaiting(e)) {
                    throw new UnusableDatabase(
                            address + " cannot be used: " + e.getMessage(),
                            "Correct spring.datasource.url, username and password, or the server.",
                            e);
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new UnusableDatabase(
                            address + " did not answer in " + seconds() + ": " + e.getMessage(),
                            "Start the database, correct spring.datasource.url, or wait longer"
                                    + " (direct-msi.store.wait-at-start).",
                            e);
                }
                if (attempt == 1) {
                    log.warn("waiting for {}, up to {}: {}", address, seconds(), e.getMessage());
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String seconds() {
        return patience.toSeconds() + " s";
    }

    /// No connection (class 08), still starting or shutting down (57P), all connections taken
    /// (53300).
    private static boolean isWorthWaiting(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith("08") || state.startsWith("57P") || state.equals("53300"));
    }
}
