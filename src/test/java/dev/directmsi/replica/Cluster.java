package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.store.PostgreSqlServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Several processes of the service on one PostgreSQL, and the rows as the test sees them, past all
/// of them.
final class Cluster implements AutoCloseable {

    static final int REPLICAS = 3;

    private static final long PAUSE = 20_000_000;

    private final PostgreSqlServer database;
    private final List<Replica> replicas = new ArrayList<>();

    /// Starts all of them at once, on a database that is empty.
    Cluster(PostgreSqlServer database) {
        this.database = database;
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(new Replica(i, database));
        }
        Threads.all(replicas.stream().map(replica -> (Runnable) replica::start).toList());
        // Rows of one transaction are written before it gives up what the next one waits for.
        sql("ALTER TABLE change_log ADD COLUMN written BIGSERIAL");
    }

    List<Replica> replicas() {
        return replicas;
    }

    PostgreSqlServer database() {
        return database;
    }

    /// The rows, past all replicas.
    DataSource dataSource() {
        var source = new PGSimpleDataSource();
        source.setURL(database.url());
        source.setUser(database.user());
        source.setPassword(database.password());
        return source;
    }

    /// Returns when every replica says that it can serve.
    void awaitReady() {
        for (Replica replica : replicas) {
            Http http = Objects.requireNonNull(replica.http());
            while (http.get("/actuator/health/readiness").status() != 200) {
                LockSupport.parkNanos(PAUSE); // it needs the processor itself
            }
        }
    }

    Http any() {
        return Objects.requireNonNull(replicas.getFirst().http());
    }

    /// The network lies to the database from now on.
    void tell(Lie... lies) {
        replicas.forEach(replica -> replica.link().tell(List.of(lies)));
    }

    void sql(String statement) {
        JdbcClient.create(dataSource()).sql(statement).update();
    }

    /// The change log of a context, by revision and, where there are two rows of one, as written.
    List<LogRow> log(long context) {
        return JdbcClient.create(dataSource())
                .sql(
                        """
                        SELECT written, revision, changes FROM change_log
                        WHERE context_id = ? ORDER BY revision, written
                        """)
                .param(context)
                .query((row, _) ->
                        new LogRow(
                                row.getLong("written"),
                                context,
                                row.getLong("revision"),
                                row.getString("changes")))
                .list();
    }

    Stream<String> errors() {
        return replicas.stream().flatMap(replica -> replica.errors().stream());
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        database.close();
    }
}
