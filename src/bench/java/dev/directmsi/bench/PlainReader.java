package dev.directmsi.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// A process that reads the mappings of a database and ends.
final class PlainReader {

    private PlainReader() {}

    static void main(String[] arguments) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            System.out.println(PlainJdbc.readMappings(connection) + " mappings");
        }
    }
}
