package dev.directmsi.store;

import dev.directmsi.control.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
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

    Transactions(DataSource dataSource, Durability durability) {
        this.manager = new JdbcTransactionManager(dataSource);
        this.durability = durability;
    }

    /// Runs `work` in a transaction; what it wrote is durable on return.
    <T extends @Nullable Object> T write(Supplier<T> work) {
        var turn = new Turn();
        try {
            // READ COMMITTED, which the pool has set, is enough: the first statement locks the
            // row that everything hangs on. To name it would cost PostgreSQL a round trip in every
            // transaction.
            TransactionStatus transaction = begin(TransactionDefinition.ISOLATION_DEFAULT, false);
            T result = run(transaction, work);
            commit(transaction, turn);
            return result;
        } finally {
            turn.end();
        }
    }

    private void commit(TransactionStatus transaction, Turn turn) {
        try {
            durability.commit(() -> {
                try {
                    manager.commit(transaction);
                } finally {
                    turn.end(); // others write while this one waits for its flush
                }
            });
        } catch (RuntimeException e) {
            throw new StoreException.OutcomeUnknown("the commit may have happened or not", e);
        }
    }

    /// The time in which this thread writes; ends once.
    private final class Turn {

        private boolean open = true;

        Turn() {
            durability.beginWriting();
        }

        void end() {
            if (open) {
                open = false;
                durability.endWriting();
            }
        }
    }

    /// Reads at one moment of the whole database; what it saw is durable on return.
    <T extends @Nullable Object> T readSnapshot(Supplier<T> work) {
        TransactionStatus transaction = begin(durability.snapshotIsolation(), true);
        T result = run(transaction, work);
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            throw translated(e);
        }
        settle();
        return result;
    }

    /// A single SELECT.
    <T extends @Nullable Object> T read(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    /// Returns when what was read is durable.
    void settle() {
        try {
            durability.settle();
        } catch (RuntimeException e) {
            throw new StoreException.Unavailable("what was read cannot be made durable", e);
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

    private <T extends @Nullable Object> T run(TransactionStatus transaction, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            rollBack(transaction, e);
            throw translated(e);
        } catch (Error e) {
            rollBack(transaction, e);
            throw e;
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
