package dev.directmsi.iommufd.command;

import dev.directmsi.address.AddressRange;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostClaims;
import dev.directmsi.iommufd.Mappings;
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
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A context as it would be with some more mappings in one IOAS. A batch needs to see its own
 * effects; this shows them without writing anything.
 */
final class ScratchMappings implements ContextView {

    private final ContextView context;
    private final ObjectId ioas;
    private final TreeMap<Long, Mapping> added = new TreeMap<>(Long::compareUnsigned);

    ScratchMappings(ContextView context, ObjectId ioas) {
        this.context = context;
        this.ioas = ioas;
    }

    void add(Mapping mapping) {
        added.put(mapping.first(), mapping);
    }

    @Override
    public Mappings mappings(ObjectId id) {
        Mappings committed = context.mappings(id);
        return id.equals(ioas) ? new Both(committed) : committed;
    }

    @Override
    public int mappingCount() {
        return context.mappingCount() + added.size();
    }

    @Override
    public long nextPages() {
        return context.nextPages() + added.size();
    }

    /** What is committed and what was added, which never overlap. */
    private final class Both implements Mappings {

        private final Mappings committed;

        Both(Mappings committed) {
            this.committed = committed;
        }

        @Override
        public int size() {
            return committed.size() + added.size();
        }

        @Override
        public Optional<Mapping> at(long iova) {
            return firstIn(new AddressRange(iova, iova));
        }

        @Override
        public Optional<Mapping> firstIn(AddressRange range) {
            Iterator<Mapping> all = in(range).iterator();
            return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
        }

        @Override
        public Iterable<Mapping> in(AddressRange range) {
            return () -> new Merge(committed.in(range).iterator(), addedIn(range).iterator());
        }

        private Collection<Mapping> addedIn(AddressRange range) {
            var below = added.floorEntry(range.first());
            long from =
                    below != null && below.getValue().range().overlaps(range)
                            ? below.getKey()
                            : range.first();
            return added.subMap(from, true, range.last(), true).values();
        }
    }

    /** Two ascending sequences as one. */
    private static final class Merge implements Iterator<Mapping> {

        private final Iterator<Mapping> left;
        private final Iterator<Mapping> right;
        private @Nullable Mapping nextLeft;
        private @Nullable Mapping nextRight;

        Merge(Iterator<Mapping> left, Iterator<Mapping> right) {
            this.left = left;
            this.right = right;
            nextLeft = left.hasNext() ? left.next() : null;
            nextRight = right.hasNext() ? right.next() : null;
        }

        @Override
        public boolean hasNext() {
            return nextLeft != null || nextRight != null;
        }

        @Override
        public Mapping next() {
            Mapping one = nextLeft;
            Mapping other = nextRight;
            if (one != null
                    && (other == null || Long.compareUnsigned(one.first(), other.first()) < 0)) {
                nextLeft = left.hasNext() ? left.next() : null;
                return one;
            }
            if (other == null) {
                throw new NoSuchElementException();
            }
            nextRight = right.hasNext() ? right.next() : null;
            return other;
        }
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
    public Relations relations() {
        return context.relations();
    }
}
