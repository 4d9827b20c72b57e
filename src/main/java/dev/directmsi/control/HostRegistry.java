package dev.directmsi.control;

import dev.directmsi.control.ContextStore.StoredClaim;
import dev.directmsi.control.ContextStore.StoredHost;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.Reason;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The hosts in memory: document, topology and hardware. A host is built again when its document
 * changes, which cannot happen while contexts are open on it.
 */
public final class HostRegistry {

    private final ContextStore store;
    private final Function<String, Topology> parser;
    private final Map<String, LiveHost> hosts = new ConcurrentHashMap<>();
    private final BoundedLock refreshing = new BoundedLock("the list of hosts");

    /**
     * @param parser reads a stored document
     */
    public HostRegistry(ContextStore store, Function<String, Topology> parser) {
        this.store = store;
        this.parser = parser;
    }

    /** The host as it is stored now. */
    public LiveHost require(String name) {
        LiveHost known = hosts.get(name);
        if (known != null) {
            return known;
        }
        LiveHost fresh = refresh().get(name);
        if (fresh == null) {
            throw Reason.HOST_NOT_FOUND.refusal("host", name);
        }
        return fresh;
    }

    /** All hosts by name, read again from the store. */
    public Map<String, LiveHost> all() {
        return new TreeMap<>(refresh());
    }

    /** Reads the hosts again; keeps those whose document is the same. */
    public Map<String, LiveHost> refresh() {
        refreshing.lock();
        try {
            return refreshed();
        } finally {
            refreshing.unlock();
        }
    }

    private Map<String, LiveHost> refreshed() {
        Collection<StoredHost> stored = store.hosts();
        hosts.keySet().retainAll(stored.stream().map(StoredHost::name).toList());
        for (StoredHost host : stored) {
            hosts.compute(
                    host.name(),
                    (_, known) ->
                            known != null && known.hash().equals(host.hash()) ? known : load(host));
        }
        return hosts;
    }

    private LiveHost load(StoredHost host) {
        return new LiveHost(host, parser.apply(host.document()), () -> claims(host.name()));
    }

    private Collection<StoredClaim> claims(String host) {
        return store.claims(host);
    }
}
