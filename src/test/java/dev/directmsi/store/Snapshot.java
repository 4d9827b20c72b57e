package dev.directmsi.store;

import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.hardware.Machine;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextState;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All that a context's state holds, as a value that compares.
record Snapshot(
        ContextId id,
        long revision,
        ContextInfo info,
        List<IommufdObject> objects,
        Map<ObjectId, List<Mapping>> mappings,
        Map<ObjectId, List<MsiVector>> vectors,
        List<MemoryRegion> regions,
        List<MemoryFile> files,
        List<KeptPages> kept,
        List<MemoryPage> pages,
        Map<ObjectId, List<QueuedEvent>> events,
        Map<ObjectId, List<Long>> dirty,
        Map<ObjectId, List<PageFault>> faults) {

    static Snapshot of(ContextState state) {
        var mappings = new TreeMap<ObjectId, List<Mapping>>();
        var vectors = new TreeMap<ObjectId, List<MsiVector>>();
        var events = new TreeMap<ObjectId, List<QueuedEvent>>();
        var faults = new TreeMap<ObjectId, List<PageFault>>();
        var dirty = new TreeMap<ObjectId, List<Long>>();
        events.put(QueuedEvent.STAGE2_FAULTS, List.copyOf(state.events(QueuedEvent.STAGE2_FAULTS)));
        for (IommufdObject object : state.objects()) {
            if (object instanceof Ioas) {
                var all = new ArrayList<Mapping>();
                state.mappings(object.id()).all().forEach(all::add);
                mappings.put(object.id(), all);
            }
            vectors.put(object.id(), List.copyOf(state.vectors(object.id()).values()));
            events.put(object.id(), List.copyOf(state.events(object.id())));
            faults.put(object.id(), List.copyOf(state.faults(object.id())));
            dirty.put(object.id(), List.copyOf(state.dirtyPages(object.id())));
        }
        return new Snapshot(
                state.id(),
                state.revision(),
                state.info(),
                List.copyOf(state.objects()),
                mappings,
                vectors,
                List.copyOf(state.regions().values()),
                List.copyOf(state.files().values()),
                List.copyOf(state.keptPages().values()),
                List.copyOf(state.pages().values()),
                events,
                dirty,
                faults);
    }

    /// The state that a restart makes of what was stored.
    static Snapshot of(StoredContext stored) {
        ContextState state = state(stored.id(), stored.revision(), stored.info());
        state.apply(stored.revision(), stored.rows());
        return of(state);
    }

    static ContextState state(ContextId id, long revision, ContextInfo info) {
        return new ContextState(
                id, revision, info, Hosts.TOPOLOGY, Hosts.unclaimed(), new Machine());
    }
}
