package dev.directmsi.store;

import java.sql.Connection;
import java.util.Locale;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/// What a database needs so that a commit, once it has returned, survives a killed process and a
/// power cut. Making one checks the settings and refuses those with which it would not.
sealed interface Durability permits EmbeddedH2, PostgreSql {

    static Durability of(DataSource dataSource) {
        var jdbc = new JdbcTemplate(dataSource);
        String product =
                jdbc.execute(
                        (ConnectionCallback<String>)
                                connection -> connection.getMetaData().getDatabaseProductName());
        return switch (product == null ? "" : product.toLowerCase(Locale.ROOT)) {
            case "h2" -> new EmbeddedH2(jdbc);
            case "postgresql" -> new PostgreSql(jdbc);
            default ->
                    throw new UnusableDatabase(
                            "the store knows H2 and PostgreSQL, not " + product,
                            "Correct spring.datasource.url.",
                            null);
        };
    }

    /// Makes durable whatever has been committed.
    void flush();

    /// Whether no other process can write to the database while this one has it open.
    boolean isExclusive();

    /// The {@link Connection} isolation level under which a transaction sees the whole database at
    /// one moment.
    int snapshotIsolation();
}
