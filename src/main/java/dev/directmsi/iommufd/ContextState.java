package dev.directmsi.iommufd;

import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a context in memory. Written by {@link #apply} alone, in live traffic and when rows
 * are loaded. Not synchronized: {@code control} holds the lock.
 */
public final class ContextState implements ContextView {

    /** Orders as the others do, for those who ask for a part. */
    private static final NavigableSet<Long> NO_PAGES =
            Collections.unmodifiableNavigableSet(new TreeSet<>(Long::compareUnsigned));

    private final ContextId id;
    private final Topology host;
    private final HostClaims claims;
    private final Machine machine;
    private long revision;
    private ContextInfo info;
    private final TreeMap<ObjectId, IommufdObject> objects = new TreeMap<>();
    private final Map<ObjectId, MappingTable> mappings = new HashMap<>();
    private final Map<ObjectId, TreeMap<Integer, MsiVector>> vectors = new HashMap<>();
    private final TreeMap<Long, MemoryRegion> regions = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<String, MemoryFile> files = new TreeMap<>();
    private final TreeMap<Long, MemoryPage> pages = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<KeptPages.Place, KeptPages> kept = new TreeMap<>();
    private final Map<ObjectId, TreeMap<Long, QueuedEvent>> events = new HashMap<>();
    private final Map<ObjectId, TreeSet<Long>> dirty = new HashMap<>();
    private final Map<ObjectId, TreeMap<Long, PageFault>> faults = new HashMap<>();
    private int mappingCount;
    private Relations relations;
    private MemoryMap memory;

    public ContextState(
            ContextId id,
            long revision,
            ContextInfo info,
            Topology host,
            HostClaims claims,
            Machine machine) {
        this.id = id;
        this.revision = revision;
        this.info = info;
        this.host = host;
        this.claims = claims;
        this.machine = machine;
        this.relations = Relations.of(this);
        this.memory = MemoryMap.of(this);
    }

    /** Takes over what was committed. Never refuses: what does not fit is a bug, and stops here. */
    public void apply(long newRevision, Iterable<Change> changes) {
        boolean related = false;
        boolean mapped = false;
        for (Change change : changes) {
            apply(change);
            related |= isOfObject(change);
            mapped |= isOfMemory(change);
        }
        revision = newRevision;
        if (related) {
            relations = Relations.of(this);
        }
        if (mapped) {
            memory = MemoryMap.of(this);
        }
    }

    /** Whether relations follow from what it touches. */
    private static boolean isOfObject(Change change) {
        return change instanceof Change.ObjectCreated
                || change instanceof Change.ObjectReplaced
                || change instanceof Change.ObjectDestroyed;
    }

    /** Whether the memory map follows from what it touches. */
    private static boolean isOfMemory(Change change) {
        return change instanceof Change.RegionAdded
                || change instanceof Change.RegionRemoved
                || change instanceof Change.FileAdded
                || change instanceof Change.FileReplaced
                || change instanceof Change.FileRemoved
                || change instanceof Change.KeptAdded
                || change instanceof Change.KeptRemoved;
    }

    private void apply(Change change) {
        switch (change) {
            case Change.ContextChanged c -> info = c.after();
            case Change.ObjectCreated c -> create(c.object());
            case Change.ObjectReplaced c -> replace(objects, c.after().id(), c.before(), c.after());
            case Change.ObjectDestroyed c -> destroy(c.object());
            case Change.MappingAdded c -> {
                table(c.ioas()).add(c.mapping());
                mappingCount++;
            }
            case Change.MappingRemoved c -> {
                table(c.ioas()).remove(c.mapping());
                mappingCount--;
            }
            case Change.VectorAdded c -> add(vectors(c.vector()), c.vector().index(), c.vector());
            case Change.VectorReplaced c ->
                    replace(vectors(c.after()), c.after().index(), c.before(), c.after());
            case Change.VectorRemoved c ->
                    remove(vectors(c.vector()), c.vector().index(), c.vector());
            case Change.RegionAdded c -> add(regions, c.region().range().first(), c.region());
            case Change.RegionRemoved c -> remove(regions, c.region().range().first(), c.region());
            case Change.FileAdded c -> add(files, c.file().name(), c.file());
            case Change.FileReplaced c -> replace(files, c.after().name(), c.before(), c.after());
            case Change.FileRemoved c -> remove(files, c.file().name(), c.file());
            case Change.PageAdded c -> add(pages, c.page().physical(), c.page());
            case Change.PageReplaced c ->
                    replace(pages, c.after().physical(), c.before(), c.after());
            case Change.PageRemoved c -> remove(pages, c.page().physical(), c.page());
            case Change.KeptAdded c -> add(kept, c.pages().place(), c.pages());
            case Change.KeptRemoved c -> remove(kept, c.pages().place(), c.pages());
            case Change.EventQueued c -> add(queue(c.event()), c.event().sequence(), c.event());
            case Change.EventTaken c -> remove(queue(c.event()), c.event().sequence(), c.event());
            case Change.DirtyAdded c -> soil(c.page());
            case Change.DirtyRemoved c -> clean(c.page());
            case Change.FaultRaised c -> add(queue(c.fault()), c.fault().sequence(), c.fault());
            case Change.FaultRead c ->
                    replace(queue(c.after()), c.after().sequence(), c.before(), c.after());
            case Change.FaultAnswered c ->
                    remove(queue(c.fault()), c.fault().sequence(), c.fault());
            case Change.ResourceClaimed _, Change.ResourceReleased _ -> {
                // the host's claims are kept beside the contexts
            }
        }
    }

    private void create(IommufdObject object) {
        add(objects, object.id(), object);
        if (object instanceof Ioas) {
            mappings.put(object.id(), new MappingTable());
        }
    }

    private void destroy(IommufdObject object) {
        remove(objects, object.id(), object);
        MappingTable table = mappings.remove(object.id());
        if ((table != null && table.size() > 0)
                || !vectors(object.id()).isEmpty()
                || !events(object.id()).isEmpty()
                || !dirtyPages(object.id()).isEmpty()
                || !faults(object.id()).isEmpty()) {
            throw new IllegalStateException(
                    "object " + object.id() + " went before what belongs to it");
        }
        vectors.remove(object.id());
        events.remove(object.id());
        dirty.remove(object.id());
        faults.remove(object.id());
    }

    private static <K, V> void add(Map<K, V> map, K key, V value) {
        if (map.putIfAbsent(key, value) != null) {
            throw new IllegalStateException("there is already " + key);
        }
    }

    private static <K, V> void replace(Map<K, V> map, K key, V before, V after) {
        if (!map.replace(key, before, after)) {
            throw new IllegalStateException("not as expected: " + before);
        }
    }

    private static <K, V> void remove(Map<K, V> map, K key, V value) {
        if (!map.remove(key, value)) {
            throw new IllegalStateException("not as expected: " + value);
        }
    }

    private void soil(DirtyPage page) {
        if (!dirty.computeIfAbsent(page.hwpt(), _ -> new TreeSet<>(Long::compareUnsigned))
                .add(page.iova())) {
            throw new IllegalStateException("there is already " + page);
        }
    }

    private void clean(DirtyPage page) {
        TreeSet<Long> known = dirty.get(page.hwpt());
        if (known == null || !known.remove(page.iova())) {
            throw new IllegalStateException("not as expected: " + page);
        }
    }

    private MappingTable table(ObjectId ioas) {
        MappingTable table = mappings.get(ioas);
        if (table == null) {
            throw new IllegalStateException("no IOAS " + ioas);
        }
        return table;
    }

    private Map<Integer, MsiVector> vectors(MsiVector vector) {
        return vectors.computeIfAbsent(vector.device(), _ -> new TreeMap<>());
    }

    private Map<Long, QueuedEvent> queue(QueuedEvent event) {
        return events.computeIfAbsent(event.queue(), _ -> new TreeMap<>());
    }

    private Map<Long, PageFault> queue(PageFault fault) {
        return faults.computeIfAbsent(fault.queue(), _ -> new TreeMap<>());
    }

    @Override
    public ContextId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public ContextInfo info() {
        return info;
    }

    @Override
    public Topology host() {
        return host;
    }

    @Override
    public HostClaims claims() {
        return claims;
    }

    @Override
    public Machine machine() {
        return machine;
    }

    @Override
    public Optional<IommufdObject> find(ObjectId object) {
        return Optional.ofNullable(objects.get(object));
    }

    @Override
    public Collection<IommufdObject> objects() {
        return Collections.unmodifiableCollection(objects.values());
    }

    @Override
    public List<ObjectId> freeIds(int count) {
        var free = new ArrayList<ObjectId>(count);
        for (int next = 1; free.size() < count; next++) {
            var candidate = new ObjectId(next);
            if (!objects.containsKey(candidate) && !info.tombstones().contains(next)) {
                free.add(candidate);
            }
        }
        return free;
    }

    @Override
    public Mappings mappings(ObjectId ioas) {
        return table(ioas);
    }

    @Override
    public int mappingCount() {
        return mappingCount;
    }

    @Override
    public NavigableMap<Integer, MsiVector> vectors(ObjectId device) {
        TreeMap<Integer, MsiVector> known = vectors.get(device);
        return known == null
                ? Collections.emptyNavigableMap()
                : Collections.unmodifiableNavigableMap(known);
    }

    @Override
    public NavigableMap<Long, MemoryRegion> regions() {
        return Collections.unmodifiableNavigableMap(regions);
    }

    @Override
    public NavigableMap<String, MemoryFile> files() {
        return Collections.unmodifiableNavigableMap(files);
    }

    @Override
    public NavigableMap<Long, MemoryPage> pages() {
        return Collections.unmodifiableNavigableMap(pages);
    }

    @Override
    public NavigableMap<KeptPages.Place, KeptPages> keptPages() {
        return Collections.unmodifiableNavigableMap(kept);
    }

    @Override
    public SequencedCollection<QueuedEvent> events(ObjectId queue) {
        TreeMap<Long, QueuedEvent> known = events.get(queue);
        return known == null ? List.of() : List.copyOf(known.values());
    }

    @Override
    public NavigableSet<Long> dirtyPages(ObjectId hwpt) {
        TreeSet<Long> known = dirty.get(hwpt);
        return known == null ? NO_PAGES : Collections.unmodifiableNavigableSet(known);
    }

    @Override
    public SequencedCollection<PageFault> faults(ObjectId queue) {
        TreeMap<Long, PageFault> known = faults.get(queue);
        return known == null ? List.of() : List.copyOf(known.values());
    }

    @Override
    public Relations relations() {
        return relations;
    }

    @Override
    public MemoryMap memory() {
        return memory;
    }
}
