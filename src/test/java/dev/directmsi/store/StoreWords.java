package dev.directmsi.store;

import static dev.directmsi.store.Story.id;

import dev.directmsi.address.AddressRange;
import dev.directmsi.control.ContextStore.RecordedAnswer;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.Ioas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The words in which the contract is written.
interface StoreWords {
    JdbcContextStore store();

    JdbcClient jdbc();

    /// A host that the running test has for itself.
    String host();

    /// Whether no other process can write to the database.
    boolean isExclusive();

    default ContextId open() {
        return store().open(Hosts.info(host()), _ -> null);
    }

    default StoredContext load(ContextId context) {
        return store().load(context).orElseThrow();
    }

    default List<Change> rows(ContextId context) {
        var rows = new ArrayList<Change>();
        load(context).rows().forEach(rows::add);
        return rows;
    }

    default int count(String table, ContextId context) {
        return jdbc().sql("SELECT COUNT(*) FROM " + table + " WHERE context_id = ?")
                .param(context.value())
                .query(Integer.class)
                .single();
    }

    static Ioas ioas(int id, long createdRevision) {
        return new Ioas(id(id), createdRevision, List.of(), List.of(), true);
    }

    static Change claimed(Claim claim) {
        return new Change.ResourceClaimed(claim);
    }

    static Change ram(long first, long last) {
        return claimed(new Claim.RamClaim(new AddressRange(first, last)));
    }

    static RecordedAnswer answer(@Nullable ContextId context, String key) {
        return new RecordedAnswer(
                context,
                key,
                "request",
                "POST /v1/contexts",
                201,
                "ETag: \"1\"\nLocation: /v1/contexts/1",
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
    }
}
