package dev.directmsi.iommufd;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The RAM under {@link KeptPages}. Several of them may lie on the same RAM, so what the context has
 * claimed of the host for them is their union, stretch by stretch.
 */
public final class KeptMemory {

    private KeptMemory() {}

    /**
     * The pages under a mapping of user memory, as user addresses: memory is pinned in whole pages.
     */
    public static AddressRange pagesUnder(ContextView context, Mapping area) {
        long first = area.backing().start();
        return new AddressRange(
                context.pageSize().floor(first),
                context.pageSize().page(first + area.length() - 1).last());
    }

    /** The RAM that only kept pages keep: what is part of a file goes with the file. */
    public static RangeSet ram(Collection<KeptPages> kept) {
        return new RangeSet(
                kept.stream()
                        .filter(pages -> pages.file() == null)
                        .map(KeptPages::physicalRange)
                        .toList());
    }

    /**
     * Other pages are kept from now on.
     *
     * @param region RAM that the context has had for something else and gives up now, or null
     */
    public static List<Change> replace(
            ContextView context,
            Collection<KeptPages> gone,
            Collection<KeptPages> come,
            @Nullable AddressRange region) {
        Collection<KeptPages> known = context.keptPages().values();
        var remaining = new LinkedHashSet<>(known);
        remaining.removeAll(Set.copyOf(gone));
        remaining.addAll(come);
        RangeSet after = ram(remaining);
        var owned = new LinkedHashSet<>(ram(known).ranges());
        if (region != null) {
            owned.add(region);
        }
        var changes = new ArrayList<Change>();
        gone.forEach(pages -> changes.add(new Change.KeptRemoved(pages)));
        come.forEach(pages -> changes.add(new Change.KeptAdded(pages)));
        for (AddressRange range : owned) {
            after.complement(range).forEach(free -> forget(context, free, changes));
            if (!after.ranges().contains(range)) {
                changes.add(new Change.ResourceReleased(new Claim.RamClaim(range)));
            }
        }
        after.ranges().stream()
                .filter(range -> !owned.contains(range))
                .forEach(range ->
                        changes.add(new Change.ResourceClaimed(new Claim.RamClaim(range))));
        return changes;
    }

    /** What was written to a stretch of RAM goes with it. */
    public static void forget(ContextView context, AddressRange physical, List<Change> changes) {
        context.pages()
                .subMap(physical.first(), true, physical.last(), true)
                .values()
                .forEach(page -> changes.add(new Change.PageRemoved(page)));
    }
}
