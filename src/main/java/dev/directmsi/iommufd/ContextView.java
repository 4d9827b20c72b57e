package dev.directmsi.iommufd;

import dev.directmsi.address.PageSize;
import dev.directmsi.hardware.Machine;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.hardware.pci.Topology;
import dev.directmsi.hardware.smmu.Smmu;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/** The read-only face of a context: all that a rule may look at. */
public interface ContextView {

    ContextId id();

    /** Counts the commits of the context. */
    long revision();

    ContextInfo info();

    /** The host the context was opened on. */
    Topology host();

    /** What is claimed on the host; a hint. */
    HostClaims claims();

    /** What is programmed into the host's hardware. */
    Machine machine();

    Optional<IommufdObject> find(ObjectId id);

    /** All objects, by id. */
    Collection<IommufdObject> objects();

    /** The {@code count} lowest free ids, ascending. */
    List<ObjectId> freeIds(int count);

    Mappings mappings(ObjectId ioas);

    /** Mappings of all IOASes. */
    int mappingCount();

    /** The vectors of a device that are not EMPTY, by index. */
    NavigableMap<Integer, MsiVector> vectors(ObjectId device);

    /** Memory regions by first user address, unsigned. */
    NavigableMap<Long, MemoryRegion> regions();

    NavigableMap<String, MemoryFile> files();

    /** Pages that were written at least once, by physical address, unsigned. */
    NavigableMap<Long, MemoryPage> pages();

    /** Pinned pages whose user address was unmapped. */
    NavigableMap<KeptPages.Place, KeptPages> keptPages();

    /** Events that wait in a queue, oldest first. */
    SequencedCollection<QueuedEvent> events(ObjectId queue);

    /** Where the dirty pages of a page table begin, unsigned. */
    NavigableSet<Long> dirtyPages(ObjectId hwpt);

    /** Page requests in a fault queue, read ones included, oldest first. */
    SequencedCollection<PageFault> faults(ObjectId queue);

    /** What follows from the objects. */
    Relations relations();

    /** What follows from regions, files and kept pages. */
    MemoryMap memory();

    /** The revision that the changes of this decision will make. */
    default long nextRevision() {
        return revision() + 1;
    }

    /** A fresh id for the memory that this decision maps; a batch maps fewer than 2^14. */
    default long nextPages() {
        return nextRevision() << 14;
    }

    default PageSize pageSize() {
        return info().pageSize();
    }

    /** The object with this id, if it is of this type; an id of another type is a missing one. */
    default <T extends IommufdObject> Optional<T> find(ObjectId id, Class<T> type) {
        return find(id).filter(type::isInstance).map(type::cast);
    }

    /** All objects of a type, by id. */
    default <T extends IommufdObject> List<T> all(Class<T> type) {
        var all = new ArrayList<T>();
        for (IommufdObject object : objects()) {
            if (type.isInstance(object)) {
                all.add(type.cast(object));
            }
        }
        return Collections.unmodifiableList(all);
    }

    /** The object, or a refusal that names it. */
    default <T extends IommufdObject> T require(ObjectId id, Class<T> type, Reason missing) {
        return find(id, type).orElseThrow(() -> missing.refusal("context", id(), "id", id));
    }

    /** The function behind a bound device. */
    default PciFunction function(Device device) {
        return host().device(device.function()).orElseThrow(() -> gone(device.function()));
    }

    default Smmu smmu(String name) {
        return host().smmu(name).orElseThrow(() -> gone(name));
    }

    /** The IOMMU that translates a bound device, an SMMU or a mock; there always is one. */
    default String iommuOf(Device device) {
        @Nullable String name = function(device).smmu();
        if (name == null) {
            throw gone("IOMMU of " + device.function());
        }
        return name;
    }

    /** The SMMU that translates a bound device of a host without a mock IOMMU. */
    default Smmu smmuOf(Device device) {
        return smmu(iommuOf(device));
    }

    /** The vIOMMU that a nested page table of the SMMUv3 was made on; there always is one. */
    default Viommu viommuOf(HwptNested nested) {
        return find(Objects.requireNonNull(nested.viommu()), Viommu.class)
                .orElseThrow(() -> gone("vIOMMU of HWPT " + nested.id()));
    }

    private static IllegalStateException gone(String what) {
        return new IllegalStateException("the host has no " + what + " any more");
    }
}
