package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.RangeSet;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * IOMMU_TEST_OP_MD_CHECK_REFS: whether every page of the process's memory is pinned {@code refs}
 * times: once for each IOMMU_IOAS_MAP of it that is held, however many copies there are.
 */
public record CheckRefs(UserVa userVa, long length, long refs) implements Command<CheckRefs.Same> {

    /** It is; otherwise the command is refused. */
    public record Same() {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_MD_CHECK_REFS";
    }

    @Override
    public Decision<Same> decide(ContextView context) {
        long page = context.pageSize().bytes();
        if (((userVa.value() | length) & page - 1) != 0
                || (length != 0 && AddressRange.wraps(userVa.value(), length))) {
            throw MOCK_RANGE_INVALID.refusal(
                    "iova", 0L, "length", length, "userVa", userVa.value(), "page", page);
        }
        var memory = new HostMemory(context);
        NavigableMap<Long, Integer> pins = pins(held(context, memory).values());
        for (long done = 0; Long.compareUnsigned(done, length) < 0; ) {
            UserVa here = userVa.plus(done);
            Extent extent =
                    memory.extent(new Backing.UserMemory(here), 0)
                            .orElseThrow(() ->
                                    MEMORY_NOT_RESOLVABLE.refusal(
                                            "start", userVa, "length", length, "address", here));
            long first = extent.first().value();
            long left = length - done;
            long part = Long.compareUnsigned(extent.length(), left) < 0 ? extent.length() : left;
            long last = first + part - 1;
            check(pins, here, new AddressRange(context.pageSize().floor(first), last));
            done += context.pageSize().page(last).last() - first + 1;
        }
        return Decision.of(new Same());
    }

    /** Goes from change to change, not from page to page: an extent can be the whole RAM. */
    private void check(NavigableMap<Long, Integer> pins, UserVa start, AddressRange physical) {
        Map.Entry<Long, Integer> from = pins.floorEntry(physical.first());
        refuseUnless(from == null ? 0 : from.getValue(), start);
        pins.subMap(physical.first(), false, physical.last(), true)
                .forEach((at, count) -> refuseUnless(count, start.plus(at - physical.first())));
    }

    private void refuseUnless(int count, UserVa at) {
        if (count != refs) {
            throw PINS_DIFFER.refusal("userVa", at.value(), "pins", count, "refs", refs);
        }
    }

    /** How often memory is pinned, from each address on, to the next. */
    private static NavigableMap<Long, Integer> pins(Collection<RangeSet> held) {
        var steps = new TreeMap<Long, Integer>(Long::compareUnsigned);
        for (RangeSet set : held) {
            for (AddressRange range : set.ranges()) {
                steps.merge(range.first(), 1, Integer::sum);
                steps.merge(range.last() + 1, -1, Integer::sum);
            }
        }
        int count = 0;
        for (Map.Entry<Long, Integer> step : steps.entrySet()) {
            count += step.getValue();
            step.setValue(count);
        }
        return steps;
    }

    /** The physical memory that is pinned, by {@code Pages.id}. */
    private static Map<Long, RangeSet> held(ContextView context, HostMemory memory) {
        var held = new HashMap<Long, RangeSet>();
        for (Mapping area : Pinning.held(context)) {
            RangeSet before = held.getOrDefault(area.pages().id(), RangeSet.EMPTY);
            held.put(area.pages().id(), before.with(physical(context, memory, area)));
        }
        return held;
    }

    /** Whole pages, extent by extent. */
    private static List<AddressRange> physical(
            ContextView context, HostMemory memory, Mapping area) {
        var ranges = new ArrayList<AddressRange>();
        for (long done = 0; Long.compareUnsigned(done, area.length()) < 0; ) {
            Optional<Extent> extent = memory.extent(area, done);
            if (extent.isEmpty()) {
                break;
            }
            long part = Math.min(area.length() - done, extent.get().length());
            long first = extent.get().first().value();
            ranges.add(
                    new AddressRange(
                            context.pageSize().floor(first),
                            context.pageSize().page(first + part - 1).last()));
            done += part;
        }
        return ranges;
    }
}
