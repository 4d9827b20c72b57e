package dev.directmsi.walk;

import dev.directmsi.control.ContextStore;
import dev.directmsi.control.ControlPlane;
import dev.directmsi.control.HostRegistry;
import dev.directmsi.control.InMemoryContextStore;
import dev.directmsi.control.InMemoryContextStore.Fault;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.ContextId;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/// What a walk stands on: a store, how it can fail, and what survives a restart.
interface Ground {

    ContextStore store();

    /// Makes the next commit go wrong; answers whether this ground can.
    boolean inject(Fault fault);

    /// Whether that fault still waits for its commit.
    boolean isFaultWaiting();

    /// Ends everything that is only in memory.
    void restart();

    /// A ground of memory, where every kind of fault can be had.
    static Ground ofMemory() {
        var store = new InMemoryContextStore(InstantSource.system());
        return new Ground() {
            @Override
            public ContextStore store() {
                return store;
            }

            @Override
            public boolean inject(Fault fault) {
                store.inject(fault);
                return true;
            }

            @Override
            public boolean isFaultWaiting() {
                return store.isFaultWaiting();
            }

            @Override
            public void restart() {
                // the store is what survives
            }
        };
    }

    /// A control plane on a ground, as one process has it.
    record Replica(ControlPlane plane, HostRegistry hosts, Set<ContextId> doubtful) {

        static Replica of(Ground ground, Topology topology) {
            var hosts = new HostRegistry(ground.store(), _ -> topology);
            return new Replica(new ControlPlane(ground.store(), hosts), hosts, new HashSet<>());
        }

        Machine machine(String host) {
            return hosts.require(host).machine();
        }
    }
}
