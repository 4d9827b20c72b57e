package dev.directmsi.replica;

import dev.directmsi.api.Http;
import dev.directmsi.api.RunningService;
import dev.directmsi.control.ContextStore;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.Rows;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/// What the service answers when nobody else is there: the same rules and the same presentation in
/// one process, one request after the other, on a store that stands where it is told to.
final class Model implements AutoCloseable {

    /// Claims that a replica may have believed taken, at most, before a commit.
    private static final int BELIEFS = 256;

    private final ConfigurableApplicationContext service =
            RunningService.run(
                    List.of(Beans.class), "--logging.level.dev.directmsi.api.http.Problems=off");
    private final ModelStore store = service.getBean(ModelStore.class);
    private final Http http = RunningService.httpOf(service);

    /// Found by name, not by scanning.
    static class Beans {
        @Bean
        @Primary
        ContextStore modelStore() {
            return new ModelStore();
        }
    }

    /// What a commit must have been.
    ///
    /// @param believed what the replica must have thought that others hold
    record Replayed(Answered answer, List<Change> changes, Set<Claim> believed) {}

    void install(StoredHost host) {
        store.install(host);
    }

    /// Runs an operation where it was committed; empty when it would not have led to that commit.
    ///
    /// @param rows of the context before it; those after it on return
    /// @param log what the log says of the commit
    Optional<Replayed> commit(Operation operation, Rows rows, Set<Claim> own, String log) {
        var id = new ContextId(operation.context());
        store.stand(id, rows, own, List.of());
        store.expect(log);
        for (int beliefs = -1; beliefs < BELIEFS && beliefs < store.believed().size(); ) {
            beliefs = store.believed().size();
            Answered answer = Answered.of(Client.send(http, operation));
            if (!store.committed().isEmpty()) {
                return Optional.of(new Replayed(answer, store.committed(), store.believed()));
            }
        }
        return Optional.empty();
    }

    /// What is answered at a revision by an operation that commits nothing.
    Answered answer(Operation operation, Rows rows, Set<Claim> own, Collection<Claim> others) {
        store.stand(new ContextId(operation.context()), rows, own, others);
        return Answered.of(Client.send(http, operation));
    }

    @Override
    public void close() {
        service.close();
    }
}
