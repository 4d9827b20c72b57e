package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the objects of a context: who uses what, where nothing may be mapped, which
 * stage-2 copies have which members. Derived as a whole after every change to an object, never
 * stored and never edited, so it cannot disagree with the objects.
 */
public final class Relations {

    private final Map<ObjectId, SortedSet<ObjectId>> users = new HashMap<>();
    private final Map<ObjectId, SortedSet<ObjectId>> namers = new HashMap<>();
    private final Map<ObjectId, SortedSet<ObjectId>> references = new HashMap<>();
    private final Map<ObjectId, List<HwptPaging>> tables = new HashMap<>();
    private final Map<ObjectId, List<KernelAccess>> accesses = new HashMap<>();
    private final Map<ObjectId, List<Device>> attached = new HashMap<>();
    private final Map<Integer, List<Device>> groups = new HashMap<>();
    private final Map<ObjectId, Vdevice> vdevices = new HashMap<>();
    private final Map<ObjectId, MockDevice> mocks = new HashMap<>();
    private final Map<ObjectId, Space> spaces = new LinkedHashMap<>();
    private final Map<ObjectId, Map<S2Copy.Key, CopyState>> copies = new HashMap<>();
    private final Stretches<MemoryRegion> regions;
    private final Stretches<AddressRange> ram;

    private Relations(Stretches<MemoryRegion> regions, Stretches<AddressRange> ram) {
        this.regions = regions;
        this.ram = ram;
    }

    static Relations of(ContextView context) {
        var relations =
                new Relations(
                        Stretches.of(context.regions().values(), region -> region.range().first()),
                        Stretches.of(ramOf(context), AddressRange::first));
        context.objects().forEach(relations::note);
        relations
                .tables
                .values()
                .forEach(list ->
                        list.sort(
                                Comparator.comparingLong(HwptPaging::createdRevision)
                                        .thenComparing(HwptPaging::id)));
        for (IommufdObject object : context.objects()) {
            if (object instanceof HwptPaging hwpt && hwpt.isDirect()) {
                relations.copies.put(hwpt.id(), CopyState.of(context, relations, hwpt));
            }
        }
        for (IommufdObject object : context.objects()) {
            if (object instanceof Ioas ioas) {
                relations.spaces.put(ioas.id(), Space.of(context, relations, ioas));
            }
        }
        return relations;
    }

    private void note(IommufdObject object) {
        switch (object) {
            case Ioas _, FaultQueue _ -> {
                // use nothing
            }
            case HwptPaging hwpt -> {
                uses(hwpt, hwpt.ioas());
                uses(hwpt, hwpt.faultQueue());
                tables.computeIfAbsent(hwpt.ioas(), _ -> new ArrayList<>()).add(hwpt);
            }
            case HwptNested hwpt -> {
                uses(hwpt, hwpt.viommu() == null ? hwpt.parent() : hwpt.viommu());
                uses(hwpt, hwpt.faultQueue());
            }
            case Device device -> {
                uses(device, device.attachedTo());
                device.pasids().values().forEach(hwpt -> uses(device, hwpt));
                groups.computeIfAbsent(device.group(), _ -> new ArrayList<>()).add(device);
                if (device.attachedTo() != null) {
                    attached.computeIfAbsent(device.attachedTo(), _ -> new ArrayList<>())
                            .add(device);
                }
            }
            case Viommu viommu -> uses(viommu, viommu.parent());
            case Vdevice vdevice -> {
                uses(vdevice, vdevice.viommu());
                names(vdevice, vdevice.device());
                vdevices.put(vdevice.device(), vdevice);
            }
            case Veventq queue -> uses(queue, queue.viommu());
            case HwQueue queue -> uses(queue, queue.viommu());
            case MockDevice mock -> {
                names(mock, mock.device());
                mocks.put(mock.device(), mock);
            }
            case KernelAccess access -> {
                uses(access, access.ioas());
                accesses.computeIfAbsent(access.ioas(), _ -> new ArrayList<>()).add(access);
            }
        }
    }

    private static List<AddressRange> ramOf(ContextView context) {
        var ram = new ArrayList<AddressRange>();
        for (MemoryFile file : context.files().values()) {
            ram.add(AddressRange.of(file.physical().value(), file.size()));
        }
        for (MemoryRegion region : context.regions().values()) {
            if (region.file() == null) {
                ram.add(AddressRange.of(region.physical().value(), region.range().length()));
            }
        }
        if (!context.keptPages().isEmpty()) {
            ram.addAll(KeptMemory.ram(context.keptPages().values()).ranges());
        }
        return ram;
    }

    private void uses(IommufdObject user, @Nullable ObjectId used) {
        if (used != null) {
            users.computeIfAbsent(used, _ -> new TreeSet<>()).add(user.id());
            references.computeIfAbsent(user.id(), _ -> new TreeSet<>()).add(used);
        }
    }

    /** A reference that keeps nothing alive: unbinding the device ends it. */
    private void names(IommufdObject namer, ObjectId named) {
        namers.computeIfAbsent(named, _ -> new TreeSet<>()).add(namer.id());
        references.computeIfAbsent(namer.id(), _ -> new TreeSet<>()).add(named);
    }

    /** The objects that use {@code id}, whether or not they keep it alive, ascending. */
    public SortedSet<ObjectId> referrersOf(ObjectId id) {
        var all = new TreeSet<>(usersOf(id));
        all.addAll(namers.getOrDefault(id, new TreeSet<>()));
        return all;
    }

    /** The objects that keep {@code id} from being destroyed, ascending. */
    public SortedSet<ObjectId> usersOf(ObjectId id) {
        return users.getOrDefault(id, new TreeSet<>());
    }

    /** The objects that {@code id} uses, ascending: the same relation from the other end. */
    public SortedSet<ObjectId> referencesOf(ObjectId id) {
        return references.getOrDefault(id, new TreeSet<>());
    }

    /** The page tables of an IOAS, in the order of their creation. */
    public List<HwptPaging> tablesOf(ObjectId ioas) {
        return tables.getOrDefault(ioas, List.of());
    }

    /** The accesses that work on an IOAS, by id. */
    public List<KernelAccess> accessesOf(ObjectId ioas) {
        return accesses.getOrDefault(ioas, List.of());
    }

    /** The devices whose requester id uses this page table itself, by id. */
    public List<Device> attachedTo(ObjectId hwpt) {
        return attached.getOrDefault(hwpt, List.of());
    }

    /** The bound members of a group, by id. */
    public List<Device> group(int group) {
        return groups.getOrDefault(group, List.of());
    }

    /** Where the requester ids of a group go, or null while it is blocked. */
    public @Nullable ObjectId attachmentOf(int group) {
        for (Device device : group(group)) {
            if (device.attachedTo() != null) {
                return device.attachedTo();
            }
        }
        return null;
    }

    public Optional<Vdevice> vdeviceOf(ObjectId device) {
        return Optional.ofNullable(vdevices.get(device));
    }

    /** The test driver's side of a device. */
    public Optional<MockDevice> mockOf(ObjectId device) {
        return Optional.ofNullable(mocks.get(device));
    }

    public Space space(ObjectId ioas) {
        Space space = spaces.get(ioas);
        if (space == null) {
            throw new IllegalStateException("no IOAS " + ioas);
        }
        return space;
    }

    /** The physical range of the context's memory that {@code address} lies in, or null. */
    @Nullable AddressRange ramAt(long address) {
        AddressRange range = ram.floor(address);
        return range != null && range.contains(address) ? range : null;
    }

    /** The memory of the process at {@code userVa}, or null. */
    @Nullable MemoryRegion regionAt(long userVa) {
        MemoryRegion region = regions.floor(userVa);
        return region != null && region.range().contains(userVa) ? region : null;
    }

    /** The stage-2 copies of a DIRECT_MSI parent with their members and MSI pages. */
    public Map<S2Copy.Key, CopyState> copiesOf(ObjectId parent) {
        return copies.getOrDefault(parent, Map.of());
    }

    /**
     * Where an IOAS can be mapped.
     *
     * @param alignment every IOVA, length and page offset is a multiple of it
     * @param reservations where nothing may be mapped, and why
     * @param reserved the same as a set
     */
    public record Space(long alignment, List<Reservation> reservations, RangeSet reserved) {

        static Space of(ContextView context, Relations relations, Ioas ioas) {
            long alignment = ioas.hugePages() ? 1 : context.pageSize().bytes();
            var reservations = new ArrayList<Reservation>();
            for (HwptPaging hwpt : relations.tablesOf(ioas.id())) {
                for (Reservation.Source source : Reservation.sourcesOf(context, relations, hwpt)) {
                    reservations.addAll(source.reservations());
                    alignment = Math.max(alignment, source.alignment());
                }
            }
            ioas.reserved()
                    .forEach(range ->
                            reservations.add(
                                    new Reservation(
                                            range, Reservation.Kind.REGION, "the test driver")));
            if (relations.accessesOf(ioas.id()).stream().anyMatch(KernelAccess::pinning)) {
                alignment = Math.max(alignment, context.pageSize().bytes());
            }
            var ranges = reservations.stream().map(Reservation::range).toList();
            return new Space(alignment, List.copyOf(reservations), new RangeSet(ranges));
        }

        /** The reservation that {@code range} touches, lowest first. */
        public Optional<Reservation> touching(AddressRange range) {
            return reservations.stream()
                    .filter(reservation -> reservation.range().overlaps(range))
                    .min(Comparator.comparing(Reservation::range));
        }
    }
}
