package dev.directmsi.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/// The same rows by hand: what the database itself can do on this machine.
final class PlainJdbc {

    private static final String INSERT =
            """
            INSERT INTO bench_mapping (context_id, ioas_id, first_iova, last_iova,
                                       backing, user_va, file_name, file_offset, access,
                                       pages_id, writable, charged)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final DataSource dataSource;
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

    PlainJdbc(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// A table like that of the service, without its neighbours.
    private static PreparedStatement prepare(Connection connection, Statement statement)
            throws SQLException {
        statement.execute(
                """
                CREATE TABLE IF NOT EXISTS bench_mapping (
                    context_id BIGINT NOT NULL, ioas_id INTEGER NOT NULL,
                    first_iova BIGINT NOT NULL, last_iova BIGINT NOT NULL,
                    backing VARCHAR(4) NOT NULL, user_va BIGINT, file_name VARCHAR(250),
                    file_offset BIGINT, access VARCHAR(10) NOT NULL, pages_id BIGINT NOT NULL,
                    writable BOOLEAN NOT NULL, charged BOOLEAN NOT NULL,
                    PRIMARY KEY (context_id, ioas_id, first_iova))
                """);
        return connection.prepareStatement(INSERT);
    }

    /// Inserts for some time; answers rows per second.
    ///
    /// @param rows of one commit
    double insertFor(long millis, int rows) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement insert = prepare(connection, statement)) {
            boolean flushes = connection.getMetaData().getDatabaseProductName().equals("H2");
            connection.setAutoCommit(false);
            long begin = System.nanoTime();
            long done = 0;
            while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(millis)) {
                for (int i = 0; i < rows; i++) {
                    bind(insert, next.getAndAdd(0x1000));
                    if (rows > 1) {
                        insert.addBatch();
                    }
                }
                if (rows > 1) {
                    insert.executeBatch();
                } else {
                    insert.executeUpdate();
                }
                connection.commit();
                if (flushes) {
                    statement.execute("CHECKPOINT SYNC");
                }
                done += rows;
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            connection.setAutoCommit(true);
            return done / seconds;
        }
    }

    private static void bind(PreparedStatement insert, long first) throws SQLException {
        insert.setLong(1, 1);
        insert.setInt(2, 1);
        insert.setLong(3, first);
        insert.setLong(4, first + 0xfff);
        insert.setString(5, "USER");
        insert.setLong(6, first);
        insert.setString(7, null);
        insert.setObject(8, null, java.sql.Types.BIGINT);
        insert.setString(9, "READ_WRITE");
        insert.setLong(10, 1 << 14);
        insert.setBoolean(11, true);
        insert.setBoolean(12, false);
    }

    /// Reads every mapping, column by column; answers how many there are.
    static int readMappings(Connection connection) throws SQLException {
        int count = 0;
        long sum = 0;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1_000);
            try (ResultSet row =
                    statement.executeQuery(
                            """
                            SELECT context_id, ioas_id, first_iova, last_iova, user_va, file_name,
                                   file_offset, access, pages_id, writable, charged
                            FROM mapping ORDER BY context_id, ioas_id, first_iova
                            """)) {
                while (row.next()) {
                    sum += row.getLong(1) + row.getInt(2) + row.getLong(3) + row.getLong(4);
                    sum += row.getLong(5) + row.getLong(7) + row.getLong(9);
                    sum += row.getString(6) == null ? 0 : 1;
                    sum += row.getString(8).length();
                    sum += (row.getBoolean(10) ? 1 : 0) + (row.getBoolean(11) ? 1 : 0);
                    count++;
                }
            }
        }
        connection.rollback();
        System.out.println("sum " + sum);
        return count;
    }
}
