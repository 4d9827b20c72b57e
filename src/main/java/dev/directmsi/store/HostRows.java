package dev.directmsi.store;

import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.control.StoreException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The hosts.
final class HostRows {

    private final JdbcClient jdbc;

    HostRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<StoredHost> all() {
        return jdbc.sql("SELECT name, document, hash FROM host ORDER BY name")
                .query((row, _) ->
                        new StoredHost(
                                row.getString("name"),
                                row.getString("document"),
                                row.getString("hash")))
                .list();
    }

    /// Locks the host until the end of the transaction, so that it can neither change nor go.
    ///
    /// @throws StoreException.Stale when it does not have this hash, null meaning that it is not
    ///   there
    void lock(String name, @Nullable String expectedHash) {
        @Nullable String hash =
                jdbc.sql("SELECT hash FROM host WHERE name = ? FOR UPDATE")
                        .param(name)
                        .query(String.class)
                        .optional()
                        .orElse(null);
        if (!Objects.equals(hash, expectedHash)) {
            throw new StoreException.Stale(
                    "host " + name + " has hash " + hash + ", not " + expectedHash);
        }
    }

    /// Creates, replaces or deletes a host that {@link #lock} has found as expected.
    void put(String name, boolean exists, @Nullable StoredHost host) {
        if (exists) {
            refuseInUse(name);
        }
        if (!exists && host != null) {
            insert(host);
        } else if (exists && host != null) {
            one(
                    jdbc.sql("UPDATE host SET document = ?, hash = ? WHERE name = ?")
                            .params(host.document(), host.hash(), name)
                            .update());
        } else if (exists) {
            one(jdbc.sql("DELETE FROM host WHERE name = ?").param(name).update());
        }
    }

    private void refuseInUse(String name) {
        boolean used =
                jdbc.sql("SELECT EXISTS (SELECT 1 FROM context WHERE host = ?)")
                        .param(name)
                        .query(Boolean.class)
                        .single();
        if (used) {
            throw new StoreException.HostInUse("contexts are open on host " + name);
        }
    }

    private void insert(StoredHost host) {
        try {
            jdbc.sql("INSERT INTO host (name, document, hash) VALUES (?, ?, ?)")
                    .params(host.name(), host.document(), host.hash())
                    .update();
        } catch (DuplicateKeyException e) {
            throw new StoreException.Stale("host " + host.name() + " was created meanwhile");
        }
    }

    private static void one(int rows) {
        if (rows != 1) {
            throw new IllegalStateException(rows + " rows, not one, of a host that is locked");
        }
    }
}
