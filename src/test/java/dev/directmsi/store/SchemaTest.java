package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The schema is what `schema.txt` says. A migration that has been released is never edited: when
/// this fails, the change belongs into the next one. `-Dschema.write=true` writes the file.
class SchemaTest {

    private static final Path GOLDEN = Path.of("src/test/resources/schema.txt");

    @Test
    void schemaIsAsAgreed() throws IOException {
        String schema;
        try (HikariDataSource pool = Databases.pool("jdbc:h2:mem:schema")) {
            Flyway.configure().dataSource(pool).load().migrate();
            schema = describe(JdbcClient.create(pool));
        }
        if (Boolean.getBoolean("schema.write")) {
            Files.writeString(GOLDEN, schema);
        }

        assertThat(schema).isEqualTo(Files.readString(GOLDEN));
    }

    private static String describe(JdbcClient jdbc) {
        List<String> lines = new ArrayList<>();
        lines.addAll(tables(jdbc));
        lines.add("");
        lines.addAll(constraints(jdbc));
        lines.add("");
        lines.addAll(indexes(jdbc));
        return String.join("\n", lines) + "\n";
    }

    private static List<String> tables(JdbcClient jdbc) {
        return jdbc.sql(
                        """
                        SELECT t.table_name, t.remarks AS about, c.column_name, c.data_type,
                               c.character_maximum_length AS length, c.is_nullable,
                               c.column_default, c.remarks
                        FROM information_schema.columns c
                        JOIN information_schema.tables t
                          ON t.table_schema = c.table_schema AND t.table_name = c.table_name
                        WHERE t.table_schema = 'PUBLIC' AND t.table_name <> 'flyway_schema_history'
                        ORDER BY t.table_name, c.ordinal_position
                        """)
                .query((row, _) -> {
                    String table = row.getString("table_name");
                    String length = row.getString("length");
                    String initial = row.getString("column_default");
                    String remarks = row.getString("remarks");
                    return table
                            + "."
                            + row.getString("column_name")
                            + " "
                            + row.getString("data_type")
                            + (length == null ? "" : "(" + length + ")")
                            + (row.getString("is_nullable").equals("NO") ? " NOT NULL" : "")
                            + (initial == null ? "" : " DEFAULT " + initial)
                            + (remarks == null ? "" : " -- " + remarks);
                })
                .list();
    }

    private static List<String> constraints(JdbcClient jdbc) {
        return jdbc.sql(
                        """
                        SELECT k.table_name || ' ' || k.constraint_type || ' '
                               || COALESCE((SELECT LISTAGG(u.column_name, ', ')
                                                   WITHIN GROUP (ORDER BY u.ordinal_position)
                                            FROM information_schema.key_column_usage u
                                            WHERE u.constraint_name = k.constraint_name), '')
                               || COALESCE((SELECT ' REFERENCES ' || p.table_name
                                            FROM information_schema.referential_constraints r
                                            JOIN information_schema.table_constraints p
                                              ON p.constraint_name = r.unique_constraint_name
                                            WHERE r.constraint_name = k.constraint_name), '')
                               || COALESCE((SELECT c.check_clause
                                            FROM information_schema.check_constraints c
                                            WHERE c.constraint_name = k.constraint_name), '')
                        FROM information_schema.table_constraints k
                        WHERE k.table_schema = 'PUBLIC' AND k.table_name <> 'flyway_schema_history'
                        ORDER BY 1
                        """)
                .query((row, _) -> row.getString(1))
                .list();
    }

    private static List<String> indexes(JdbcClient jdbc) {
        return jdbc.sql(
                        """
                        SELECT table_name || ' INDEX '
                               || LISTAGG(column_name, ', ') WITHIN GROUP (ORDER BY ordinal_position)
                        FROM information_schema.index_columns
                        WHERE table_schema = 'PUBLIC' AND table_name <> 'flyway_schema_history'
                        GROUP BY table_name, index_name
                        ORDER BY 1
                        """)
                .query((row, _) -> row.getString(1))
                .list();
    }
}
