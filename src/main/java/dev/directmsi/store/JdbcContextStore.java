package dev.directmsi.store;

import dev.directmsi.control.ContextStore;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Contexts in the rows of a relational database.
///
/// A commit is one transaction: compare-and-set of the revision (compare alone, where only an
/// answer is recorded), which locks the context's row; the host's row, when claims are taken; the
/// rows of each change; the recorded answer; the log. Every writer takes its locks in this order
/// (context, host, the rest), so none waits in a circle.
public final class JdbcContextStore implements ContextStore {

    /// Recorded answers of one context.
    static final int ANSWERS = 10_000;

    /// Rows that a driver fetches at once; PostgreSQL's would otherwise hold a whole table.
    private static final int FETCH_SIZE = 1_000;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final Durability durability;
    private final Transactions transactions;
    private final ContextRows contexts;
    private final Confirmations confirmations;
    private final HostRows hosts;
    private final AnswerRows answers;
    private final ChangeLog changeLog;

    /// A store in a database that has the schema already.
    ///
    /// @throws IllegalStateException when its commits would not be durable as it is set up
    public JdbcContextStore(DataSource dataSource) {
        template = new JdbcTemplate(dataSource);
        template.setFetchSize(FETCH_SIZE);
        jdbc = JdbcClient.create(template);
        durability = Durability.of(dataSource);
        transactions = new Transactions(dataSource, durability);
        contexts = new ContextRows(jdbc);
        confirmations = new Confirmations(transactions, contexts);
        hosts = new HostRows(jdbc);
        answers = new AnswerRows(jdbc);
        changeLog = new ChangeLog(jdbc);
    }

    @Override
    public ContextId open(ContextInfo info, AnswerFor<ContextId> answer) {
        return transactions.write(() -> {
            hosts.lock(info.host(), info.topologyHash());
            ContextId id = contexts.insert(info);
            record(answer.of(id));
            return id;
        });
    }

    @Override
    public void commit(
            ContextId id,
            long revision,
            List<Change> changes,
            String log,
            @Nullable RecordedAnswer answer) {
        transactions.write(() -> {
            int answered = answer == null || answer.context() == null ? 0 : 1;
            if (changes.isEmpty()) {
                contexts.advance(id, revision, 0, null, answered);
            } else {
                contexts.advance(id, revision, 1, infoAfter(changes), answered);
                ClaimRows claims = ClaimRows.of(jdbc, id, changes);
                new ChangeWriter(template, claims, id).write(changes);
                changeLog.write(id, revision + 1, log);
            }
            record(answer);
            return null;
        });
    }

    private static @Nullable ContextInfo infoAfter(List<Change> changes) {
        ContextInfo after = null;
        for (Change change : changes) {
            if (change instanceof Change.ContextChanged changed) {
                after = changed.after();
            }
        }
        return after;
    }

    @Override
    public void close(ContextId id, long revision, @Nullable RecordedAnswer answer) {
        transactions.write(() -> {
            contexts.advance(id, revision, 1, null, 0);
            answers.deleteOf(id);
            contexts.delete(id);
            changeLog.close(id, revision + 1);
            record(answer);
            return null;
        });
    }

    private void record(@Nullable RecordedAnswer answer) {
        if (answer != null) {
            answers.record(answer);
        }
    }

    @Override
    public void confirm(ContextId id, long revision) {
        if (!durability.isExclusive()) {
            confirmations.confirm(id, revision);
        }
    }

    @Override
    public Optional<CommitLog> log(ContextId id, long after, int limit) {
        Optional<CommitLog> log = transactions.read(() -> changeLog.read(id, after, limit));
        // To tell of a commit is to acknowledge it.
        transactions.settle();
        return log;
    }

    @Override
    public Map<ContextId, Long> revisions(Collection<ContextId> ids) {
        return transactions.read(() -> contexts.revisions(ids));
    }

    @Override
    public boolean isShared() {
        return !durability.isExclusive();
    }

    @Override
    public int forgetClosed() {
        // One transaction per context; who is first takes it.
        return transactions.read(changeLog::closedLongAgo).stream()
                .mapToInt(id -> transactions.write(() -> changeLog.forget(id)))
                .sum();
    }

    @Override
    public Optional<StoredContext> load(ContextId id) {
        return transactions.readSnapshot(() -> new ContextLoader(jdbc, id).load());
    }

    @Override
    public List<ContextId> open() {
        return transactions.read(contexts::open);
    }

    @Override
    public List<ContextId> openOn(String host) {
        return transactions.read(() -> contexts.openOn(host));
    }

    @Override
    public Collection<StoredClaim> claims(String host) {
        return transactions.read(() -> ClaimRows.on(jdbc, host));
    }

    @Override
    public Optional<RecordedAnswer> answer(@Nullable ContextId context, String key) {
        Optional<RecordedAnswer> answer = transactions.read(() -> answers.find(context, key));
        if (answer.isPresent()) {
            // To repeat an answer is to acknowledge its commit.
            transactions.settle();
        }
        return answer;
    }

    @Override
    public int forgetOldAnswers() {
        // One transaction per scope: each locks its context only for a moment.
        return transactions.read(answers::scopesWithOld).stream()
                .mapToInt(scope -> transactions.write(() -> answers.forgetOld(scope)))
                .sum();
    }

    @Override
    public List<StoredHost> hosts() {
        return transactions.read(hosts::all);
    }

    @Override
    public void putHost(
            String name,
            @Nullable String expectedHash,
            @Nullable StoredHost document,
            @Nullable RecordedAnswer answer) {
        transactions.write(() -> {
            hosts.lock(name, expectedHash);
            hosts.put(name, expectedHash != null, document);
            record(answer);
            return null;
        });
    }

    /// Flushes that H2 was asked for so far; 0 elsewhere.
    long flushes() {
        return durability instanceof EmbeddedH2 h2 ? h2.flushes() : 0;
    }
}
