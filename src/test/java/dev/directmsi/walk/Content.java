package dev.directmsi.walk;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
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
import java.util.TreeMap;

/// The whole state of a context as one value: two states are the same exactly when these are equal.
record Content(
        long revision,
        ContextInfo info,
        List<IommufdObject> objects,
        TreeMap<ObjectId, List<Mapping>> mappings,
        TreeMap<ObjectId, List<MsiVector>> vectors,
        List<MemoryRegion> regions,
        List<MemoryFile> files,
        List<KeptPages> kept,
        List<MemoryPage> pages,
        TreeMap<ObjectId, List<QueuedEvent>> events,
        TreeMap<ObjectId, List<Long>> dirtyPages,
        TreeMap<ObjectId, List<PageFault>> faults) {

    static Content of(ContextView context) {
        var mappings = new TreeMap<ObjectId, List<Mapping>>();
        var vectors = new TreeMap<ObjectId, List<MsiVector>>();
        var events = new TreeMap<ObjectId, List<QueuedEvent>>();
        var dirtyPages = new TreeMap<ObjectId, List<Long>>();
        var faults = new TreeMap<ObjectId, List<PageFault>>();
        events.put(
                QueuedEvent.STAGE2_FAULTS, List.copyOf(context.events(QueuedEvent.STAGE2_FAULTS)));
        for (IommufdObject object : context.objects()) {
            ObjectId id = object.id();
            if (object instanceof Ioas) {
                var areas = new ArrayList<Mapping>();
                context.mappings(id).all().forEach(areas::add);
                mappings.put(id, areas);
            }
            if (!context.vectors(id).isEmpty()) {
                vectors.put(id, List.copyOf(context.vectors(id).values()));
            }
            if (!context.events(id).isEmpty()) {
                events.put(id, List.copyOf(context.events(id)));
            }
            if (!context.dirtyPages(id).isEmpty()) {
                dirtyPages.put(id, List.copyOf(context.dirtyPages(id)));
            }
            if (!context.faults(id).isEmpty()) {
                faults.put(id, List.copyOf(context.faults(id)));
            }
        }
        return new Content(
                context.revision(),
                context.info(),
                List.copyOf(context.objects()),
                mappings,
                vectors,
                List.copyOf(context.regions().values()),
                List.copyOf(context.files().values()),
                List.copyOf(context.keptPages().values()),
                List.copyOf(context.pages().values()),
                events,
                dirtyPages,
                faults);
    }

    /// Whether nothing is left that somebody made.
    boolean isBare() {
        return objects.isEmpty()
                && regions.isEmpty()
                && files.isEmpty()
                && kept.isEmpty()
                && pages.isEmpty();
    }

    /// Changes without the claims, which are the host's.
    static List<Change> withoutClaims(List<Change> changes) {
        return changes.stream()
                .filter(change ->
                        !(change instanceof Change.ResourceClaimed)
                                && !(change instanceof Change.ResourceReleased))
                .toList();
    }
}
