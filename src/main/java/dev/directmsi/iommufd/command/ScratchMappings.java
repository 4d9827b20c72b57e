package dev.directmsi.iommufd.command;

import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostClaims;
import dev.directmsi.iommufd.Mappings;
import dev.directmsi.iommufd.MemoryMap;
import dev.directmsi.iommufd.Relations;
import dev.directmsi.iommufd.object.ContextInfo;
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
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/**
 * A context as it would be with some more mappings in one IOAS. A batch needs to see its own
 * effects; this shows them without writing anything.
 */
final class ScratchMappings implements ContextView {

    private final ContextView context;
    private final ObjectId ioas;
    private Mappings.@Nullable Draft draft;
    private int added;

    ScratchMappings(ContextView context, ObjectId ioas) {
        this.context = context;
        this.ioas = ioas;
    }

    void add(Mapping mapping) {
        draft().add(mapping);
        added++;
    }

    /** Not before somebody asks, who knows that there is such an IOAS. */
    private Mappings.Draft draft() {
        if (draft == null) {
            draft = context.mappings(ioas).draft();
        }
        return draft;
    }

    @Override
    public Mappings mappings(ObjectId id) {
        return id.equals(ioas) ? draft().mappings() : context.mappings(id);
    }

    @Override
    public int mappingCount() {
        return context.mappingCount() + added;
    }

    @Override
    public long nextPages() {
        return context.nextPages() + added;
    }

    @Override
    public ContextId id() {
        return context.id();
    }

    @Override
    public long revision() {
        return context.revision();
    }

    @Override
    public ContextInfo info() {
        return context.info();
    }

    @Override
    public Topology host() {
        return context.host();
    }

    @Override
    public HostClaims claims() {
        return context.claims();
    }

    @Override
    public Machine machine() {
        return context.machine();
    }

    @Override
    public Optional<IommufdObject> find(ObjectId id) {
        return context.find(id);
    }

    @Override
    public Collection<IommufdObject> objects() {
        return context.objects();
    }

    @Override
    public List<ObjectId> freeIds(int count) {
        return context.freeIds(count);
    }

    @Override
    public NavigableMap<Integer, MsiVector> vectors(ObjectId device) {
        return context.vectors(device);
    }

    @Override
    public NavigableMap<Long, MemoryRegion> regions() {
        return context.regions();
    }

    @Override
    public NavigableMap<String, MemoryFile> files() {
        return context.files();
    }

    @Override
    public NavigableMap<Long, MemoryPage> pages() {
        return context.pages();
    }

    @Override
    public NavigableMap<KeptPages.Place, KeptPages> keptPages() {
        return context.keptPages();
    }

    @Override
    public SequencedCollection<QueuedEvent> events(ObjectId queue) {
        return context.events(queue);
    }

    @Override
    public NavigableSet<Long> dirtyPages(ObjectId hwpt) {
        return context.dirtyPages(hwpt);
    }

    @Override
    public SequencedCollection<PageFault> faults(ObjectId queue) {
        return context.faults(queue);
    }

    @Override
    public MemoryMap memory() {
        return context.memory();
    }

    @Override
    public Relations relations() {
        return context.relations();
    }
}
