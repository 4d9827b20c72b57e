package dev.directmsi.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The file of an embedded database, which is recovered ({@link H2Recovery}) before H2 opens it:
/// when the process starts, and again when H2 has closed it in the midst, as it does when it cannot
/// write. H2 opens a file with the first connection and closes it with the last, or with the first
/// that it cannot save; so when none of ours is alive, the next one opens the file.
final class H2File {

    /// Opens a connection.
    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    private final String url;
    private final List<Connection> opened = new ArrayList<>();

    H2File(String url) {
        this.url = url;
    }

    synchronized Connection open(Opener opener) throws SQLException {
        opened.removeIf(connection -> !isAlive(connection));
        if (opened.isEmpty()) {
            H2Recovery.run(url);
        }
        Connection connection = opener.open();
        opened.add(connection);
        return connection;
    }

    private static boolean isAlive(Connection connection) {
        try {
            return connection.isValid(0);
        } catch (SQLException e) {
            return false;
        }
    }
}
