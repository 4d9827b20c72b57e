package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What becomes of {@link KeptPages} when a decision ends pins: those that nobody holds any more go,
 * with their memory. Asked in one place, after every rule, so that no rule can forget it.
 */
final class Unpinning {

    private final ContextView context;
    private final List<Change> changes;
    private final Set<Long> concerned = new HashSet<>();
    private final Set<Place> removed = new HashSet<>();
    private final Map<ObjectId, KernelAccess> accesses = new HashMap<>();
    private final Map<ObjectId, HwptPaging> tables = new HashMap<>();
    private final Map<Long, List<AddressRange>> held = new HashMap<>();

    /** A mapping's. */
    private record Place(ObjectId ioas, long first) {}

    private Unpinning(ContextView context, List<Change> changes) {
        this.context = context;
        this.changes = changes;
    }

    /** What {@code changes} brings with it. */
    static List<Change> of(ContextView context, List<Change> changes) {
        if (context.keptPages().isEmpty() || changes.isEmpty()) {
            return List.of();
        }
        return new Unpinning(context, changes).changes();
    }

    private List<Change> changes() {
        Collection<KeptPages> kept = context.keptPages().values();
        for (Change change : changes) {
            switch (change) {
                case Change.MappingRemoved(ObjectId ioas, Mapping mapping) -> {
                    removed.add(new Place(ioas, mapping.first()));
                    concerned.add(mapping.pages().id());
                }
                case Change.ObjectDestroyed(IommufdObject gone) when holds(gone) -> concernAll();
                case Change.ObjectReplaced(KernelAccess _, IommufdObject _) -> concernAll();
                default -> {
                    // ends no pin
                }
            }
        }
        if (kept.stream().noneMatch(pages -> concerned.contains(pages.pages()))) {
            return List.of();
        }
        noteHolders();
        noteMappings();
        var gone = new ArrayList<KeptPages>();
        var come = new ArrayList<KeptPages>();
        for (KeptPages pages : kept) {
            if (concerned.contains(pages.pages())) {
                shrink(pages, gone, come);
            }
        }
        return gone.isEmpty() ? List.of() : KeptMemory.replace(context, gone, come, null);
    }

    private static boolean holds(IommufdObject object) {
        return object instanceof HwptPaging || object instanceof KernelAccess;
    }

    private void concernAll() {
        context.keptPages().values().forEach(pages -> concerned.add(pages.pages()));
    }

    /** Page tables and accesses as they are afterwards. */
    private void noteHolders() {
        context.objects().forEach(this::note);
        for (Change change : changes) {
            switch (change) {
                case Change.ObjectCreated(IommufdObject object) -> note(object);
                case Change.ObjectReplaced(IommufdObject _, IommufdObject after) -> note(after);
                case Change.ObjectDestroyed(IommufdObject gone) -> {
                    accesses.remove(gone.id());
                    tables.remove(gone.id());
                }
                default -> {
                    // no object
                }
            }
        }
    }

    private void note(IommufdObject object) {
        if (object instanceof KernelAccess access) {
            accesses.put(access.id(), access);
        } else if (object instanceof HwptPaging hwpt) {
            tables.put(hwpt.id(), hwpt);
        }
    }

    private void noteMappings() {
        for (Ioas ioas : context.all(Ioas.class)) {
            for (Mapping area : context.mappings(ioas.id()).all()) {
                if (!removed.contains(new Place(ioas.id(), area.first()))) {
                    note(ioas.id(), area);
                }
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.MappingAdded(ObjectId ioas, Mapping area)) {
                note(ioas, area);
            }
        }
    }

    private void note(ObjectId ioas, Mapping area) {
        if (!concerned.contains(area.pages().id())) {
            return;
        }
        if (tables.values().stream().anyMatch(hwpt -> hwpt.ioas().equals(ioas))) {
            hold(area);
        }
        for (KernelAccess access : accesses.values()) {
            if (access.ioas().equals(ioas)) {
                for (KernelAccess.Pin pin : access.pins()) {
                    AddressRange part = pin.range().intersection(area.range());
                    if (part != null) {
                        hold(area.part(part));
                    }
                }
            }
        }
    }

    private void hold(Mapping area) {
        held.computeIfAbsent(area.pages().id(), _ -> new ArrayList<>())
                .add(KeptMemory.pagesUnder(context, area));
    }

    private void shrink(KeptPages pages, List<KeptPages> gone, List<KeptPages> come) {
        var rest = new RangeSet(held.getOrDefault(pages.pages(), List.of()));
        List<KeptPages> parts =
                rest.ranges().stream()
                        .map(pages.userVa()::intersection)
                        .filter(Objects::nonNull)
                        .map(pages::part)
                        .toList();
        if (!parts.equals(List.of(pages))) {
            gone.add(pages);
            come.addAll(parts);
        }
    }
}
