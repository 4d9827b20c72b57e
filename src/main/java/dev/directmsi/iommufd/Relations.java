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
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the objects of a context: who uses what, where nothing may be mapped, which
 * stage-2 copies have which members. Derived anew after every change to an object, never stored and
 * never edited, so it cannot disagree with the objects. What every attachment asks for is derived
 * at once, the rest when it is first asked for, from the same objects.
 */
public final class Relations {

    private static final Comparator<HwptPaging> BY_CREATION =
            Comparator.comparingLong(HwptPaging::createdRevision).thenComparing(HwptPaging::id);

    private final Map<ObjectId, List<HwptPaging>> tables = new HashMap<>();
    private final Map<ObjectId, List<KernelAccess>> accesses = new HashMap<>();
    private final Map<ObjectId, List<HwptNested>> nested = new HashMap<>();
    private final Map<ObjectId, List<Device>> attached = new HashMap<>();
    private final Map<Integer, List<Device>> groups = new HashMap<>();
    private final Map<ObjectId, Vdevice> vdevices = new HashMap<>();
    private final Map<ObjectId, MockDevice> mocks = new HashMap<>();
    private final ContextView context;

    // Made when somebody asks: an attachment touches one table, and a context has many.
    private @Nullable References references;
    private final Map<ObjectId, Space> spaces = new ConcurrentHashMap<>();
    private final Map<ObjectId, Map<S2Copy.Key, CopyState>> copies = new ConcurrentHashMap<>();

    private Relations(ContextView context) {
        this.context = context;
    }

    static Relations of(ContextView context) {
        var relations = new Relations(context);
        context.objects().forEach(relations::note);
        relations.tables.values().forEach(list -> list.sort(BY_CREATION));
        return relations;
    }

    private void note(IommufdObject object) {
        switch (object) {
            case Ioas _, FaultQueue _, Viommu _, Veventq _, HwQueue _ -> {
                // found by their ids alone
            }
            case HwptPaging hwpt -> add(tables, hwpt.ioas(), hwpt);
            case HwptNested hwpt -> add(nested, hwpt.parent(), hwpt);
            case Device device -> {
                add(groups, device.group(), device);
                if (device.attachedTo() != null) {
                    add(attached, device.attachedTo(), device);
                }
            }
            case Vdevice vdevice -> vdevices.put(vdevice.device(), vdevice);
            case MockDevice mock -> mocks.put(mock.device(), mock);
            case KernelAccess access -> add(accesses, access.ioas(), access);
        }
    }

    private static <K, V> void add(Map<K, List<V>> lists, K key, V value) {
        lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
    }

    private References references() {
        References known = references;
        if (known == null) {
            known = new References(context.objects());
            references = known; // several readers may do so; each makes the same
        }
        return known;
    }

    /** The objects that use {@code id}, whether or not they keep it alive, ascending. */
    public SortedSet<ObjectId> referrersOf(ObjectId id) {
        return references().referrersOf(id);
    }

    /** The objects that keep {@code id} from being destroyed, ascending. */
    public SortedSet<ObjectId> usersOf(ObjectId id) {
        return references().usersOf(id);
    }

    /** The objects that {@code id} uses, ascending: the same relation from the other end. */
    public SortedSet<ObjectId> referencesOf(ObjectId id) {
        return references().usedBy(id);
    }

    /** The page tables of an IOAS, in the order of their creation. */
    public List<HwptPaging> tablesOf(ObjectId ioas) {
        return tables.getOrDefault(ioas, List.of());
    }

    /** The nested page tables on a parent, by id. */
    public List<HwptNested> nestedOn(ObjectId parent) {
        return nested.getOrDefault(parent, List.of());
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
        return spaces.computeIfAbsent(
                ioas,
                id ->
                        Space.of(
                                context,
                                this,
                                context.find(id, Ioas.class)
                                        .orElseThrow(
                                                () -> new IllegalStateException("no IOAS " + id))));
    }

    /** The stage-2 copies of a DIRECT_MSI parent with their members and MSI pages. */
    public Map<S2Copy.Key, CopyState> copiesOf(ObjectId parent) {
        return copies.computeIfAbsent(
                parent,
                id ->
                        context.find(id, HwptPaging.class)
                                .filter(HwptPaging::isDirect)
                                .map(hwpt -> CopyState.of(context, this, hwpt))
                                .orElse(Map.of()));
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
