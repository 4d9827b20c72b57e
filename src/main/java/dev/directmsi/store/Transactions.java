package dev.directmsi.store;

import dev.directmsi.control.StoreException;
import dev.directmsi.store.GroupCommit.Part;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/// Begin, work, commit, flush: and what to tell the caller when one of them fails.
///
/// Until COMMIT is sent a failure means that nothing was written: {@link
/// StoreException.Unavailable} when it is the database's, else the failure itself, which is a bug.
/// From then on it means that the outcome is not known.
final class Transactions {

    /// SQLSTATE classes that tell of the database and not of the statement: connection (08),
    /// rollback by the database (40), resources (53), operator (57), input and output (58).
    private static final List<String> STATES_OF_DATABASE = List.of("08", "40", "53", "57", "58");

    /// A lock that took too long.
    private static final String LOCK_TIMEOUT = "55P03";

    private final JdbcTransactionManager manager;
    private final Durability durability;
    private final GroupCommit<Runnable> groups =
            new GroupCommit<>("group-commit", this::commitTogether);

    /// Whether something may be read that is not durable. Written by one thread at a time.
    private volatile boolean unsettled;

    Transactions(DataSource dataSource, Durability durability) {
        this.manager = new JdbcTransactionManager(dataSource);
        this.durability = durability;
    }

    /// Runs `work` in a transaction; what it wrote is durable on return. It may run more than once,
    /// each time on rows on which it has not run.
    <T extends @Nullable Object> T write(Supplier<T> work) {
        var result = new ArrayList<T>(1);
        Runnable task =
                () -> {
                    result.clear();
                    result.add(read(work));
                };
        if (durability.isExclusive()) {
            groups.run(task);
        } else {
            var part = new Part<>(task);
            commitTogether(List.of(part));
            part.rethrow();
        }
        return result.getFirst();
    }

    /// A part that throws has no share in the transaction: it is rolled back and begun again
    /// without that part. This is rare, since who commits has looked before.
    private void commitTogether(List<Part<Runnable>> parts) {
        List<Part<Runnable>> left = parts;
        while (!left.isEmpty()) {
            TransactionStatus transaction = begin();
            Part<Runnable> refused = firstRefused(left);
            if (refused == null) {
                commit(transaction);
                return;
            }
            rollBack(transaction, refused.refusal());
            left = left.stream().filter(part -> part != refused).toList();
        }
    }

    private TransactionStatus begin() {
        // READ COMMITTED, which the pool has set, is enough: the first statement of each part locks
        // the row that everything hangs on. To name it would cost PostgreSQL a round trip in every
        // transaction.
        return begin(TransactionDefinition.ISOLATION_DEFAULT, false);
    }

    private static @Nullable Part<Runnable> firstRefused(List<Part<Runnable>> parts) {
        for (Part<Runnable> part : parts) {
            if (!part.attempt(Runnable::run)) {
                return part;
            }
        }
        return null;
    }

    private void commit(TransactionStatus transaction) {
        unsettled = durability.isExclusive(); // elsewhere only what is durable can be read
        try {
            manager.commit(transaction);
            durability.flush();
        } catch (RuntimeException e) {
            throw new StoreException.OutcomeUnknown("the commit may have happened or not", e);
        }
        unsettled = false;
    }

    /// Reads at one moment of the whole database; what it saw is durable on return.
    <T extends @Nullable Object> T readSnapshot(Supplier<T> work) {
        TransactionStatus transaction = begin(durability.snapshotIsolation(), true);
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            rollBack(transaction, e);
            throw translated(e);
        } catch (Error e) {
            rollBack(transaction, e);
            throw e;
        }
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            throw translated(e);
        }
        settle();
        return result;
    }

    /// What is a single SELECT, or runs in a transaction of the caller.
    <T extends @Nullable Object> T read(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    /// Returns when what was read is durable; at once when no commit is in between or in doubt.
    void settle() {
        if (unsettled) {
            try {
                write(() -> null);
            } catch (RuntimeException e) {
                throw new StoreException.Unavailable("what was read cannot be made durable", e);
            }
        }
    }

    private TransactionStatus begin(int isolation, boolean readOnly) {
        var definition = new DefaultTransactionDefinition();
        definition.setIsolationLevel(isolation);
        definition.setReadOnly(readOnly);
        try {
            return manager.getTransaction(definition);
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    private void rollBack(TransactionStatus transaction, Throwable cause) {
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            // The connection is gone, and the transaction with it.
            cause.addSuppressed(e);
        }
    }

    private static RuntimeException translated(RuntimeException failure) {
        if (failure instanceof CannotCreateTransactionException
                || failure instanceof CannotGetJdbcConnectionException) {
            return new StoreException.Unavailable("the database cannot be reached", failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOfDatabase(sql)) {
                return new StoreException.Unavailable("the database is not available", failure);
            }
        }
        return failure;
    }

    private static boolean isOfDatabase(SQLException failure) {
        @Nullable String state = failure.getSQLState();
        return failure instanceof SQLTransientException
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLNonTransientConnectionException
                || (state != null
                        && (state.equals(LOCK_TIMEOUT)
                                || DeadConnections.isDead(failure)
                                || STATES_OF_DATABASE.stream().anyMatch(state::startsWith)));
    }
}
