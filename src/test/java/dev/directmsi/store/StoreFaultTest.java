package dev.directmsi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.directmsi.control.StoreException;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.store.FaultyDataSource.Fault;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the caller hears when the database goes away, by when it goes.
class StoreFaultTest {

    private static final List<Change> CHANGES =
            List.of(new Change.ObjectCreated(new Ioas(Story.id(1), 2, List.of(), List.of(), true)));

    private final HikariDataSource pool;
    private final FaultyDataSource database;
    private final JdbcContextStore store;
    private final ContextId context;

    StoreFaultTest(@TempDir Path directory) {
        pool = Databases.h2(directory);
        database = new FaultyDataSource(pool);
        Flyway.configure().dataSource(pool).load().migrate();
        store = new JdbcContextStore(database);
        store.putHost("host", null, Hosts.stored("host"), null);
        context = store.open(Hosts.info("host"), _ -> null);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "STATEMENT"})
    void beforeCommitItIsUnavailable(Fault fault) {
        database.breakAt(fault);

        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(() -> store.load(context))
                .isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(store::hosts).isInstanceOf(StoreException.Unavailable.class);

        database.breakAt(Fault.NONE);
        assertThat(revision()).isEqualTo(1);
    }

    @Test
    void fromCommitOnTheOutcomeIsUnknown() {
        database.breakAt(Fault.BEFORE_COMMIT);
        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.OutcomeUnknown.class);
        database.breakAt(Fault.NONE);
        assertThat(revision()).isEqualTo(1);

        database.breakAt(Fault.AFTER_COMMIT);
        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.OutcomeUnknown.class);
        database.breakAt(Fault.NONE);
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void databaseThatIsClosedIsUnavailable() {
        pool.close();

        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.Unavailable.class);
    }

    @Test
    void commitOfUnknownOutcomeIsDurableOnceItWasLoaded() {
        database.breakAt(Fault.AFTER_COMMIT);
        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.OutcomeUnknown.class);
        database.breakAt(Fault.NONE);
        long flushes = store.flushes();

        assertThat(revision()).isEqualTo(2);

        assertThat(store.flushes()).isEqualTo(flushes + 1);
    }

    @Test
    void commitOfUnknownOutcomeIsDurableOnceItWasTold() {
        database.breakAt(Fault.AFTER_COMMIT);
        assertThatThrownBy(() -> store.commit(context, 1, CHANGES, null))
                .isInstanceOf(StoreException.OutcomeUnknown.class);
        database.breakAt(Fault.NONE);
        long flushes = store.flushes();

        assertThat(store.log(context, 1, 9).orElseThrow().commits()).hasSize(1);

        assertThat(store.flushes()).isEqualTo(flushes + 1);
    }

    private long revision() {
        return store.load(context).orElseThrow().revision();
    }
}
