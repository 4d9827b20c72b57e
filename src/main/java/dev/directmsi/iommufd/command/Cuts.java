package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Mappings that are cut in two, so that a part of them can be unmapped (kernel: {@code
 * iopt_cut_iova}); only where large pages are forbidden. Both parts lead where the whole led.
 */
final class Cuts {

    private final ContextView context;
    private final ObjectId ioas;
    private final Set<Mapping> before = new LinkedHashSet<>();
    private final TreeMap<Long, Mapping> pieces = new TreeMap<>(Long::compareUnsigned);

    Cuts(ContextView context, ObjectId ioas) {
        this.context = context;
        this.ioas = ioas;
    }

    /** Cuts after {@code last}, if that is inside a mapping. */
    void after(long last) {
        Map.Entry<Long, Mapping> piece = pieces.floorEntry(last);
        boolean again = piece != null && piece.getValue().range().contains(last);
        Mapping area =
                again && piece != null
                        ? piece.getValue()
                        : context.mappings(ioas).at(last).orElse(null);
        // The kernel takes the first address for the end of something, too.
        if (area == null || last == area.first() || last == area.last()) {
            return;
        }
        Mapping low = area.part(new AddressRange(area.first(), last));
        Mapping high = area.part(new AddressRange(last + 1, area.last()));
        check(area, high);
        if (!again) {
            before.add(area);
        }
        pieces.put(low.first(), low);
        pieces.put(high.first(), high);
    }

    private void check(Mapping area, Mapping high) {
        if (DmaBufs.backs(context, area)) {
            throw CUT_DMA_BUF.refusal("first", area.first(), "last", area.last(), "ioasId", ioas);
        }
        long alignment = context.relations().space(ioas).alignment();
        if (((high.first() | high.backing().start()) & alignment - 1) != 0) {
            throw CUT_NOT_ALIGNED.refusal(
                    "first",
                    area.first(),
                    "last",
                    area.last(),
                    "ioasId",
                    ioas,
                    "iova",
                    high.first(),
                    "alignment",
                    alignment);
        }
        for (KernelAccess access : context.relations().accessesOf(ioas)) {
            if (access.pins(area.range())) {
                throw CUT_PINNED.refusal(
                        "first",
                        area.first(),
                        "last",
                        area.last(),
                        "ioasId",
                        ioas,
                        "id",
                        access.id());
            }
        }
    }

    /** The mappings under a range, as they are after the cuts. */
    List<Mapping> in(AddressRange range) {
        var all = new TreeMap<Long, Mapping>(Long::compareUnsigned);
        context.mappings(ioas).in(range).forEach(area -> all.put(area.first(), area));
        before.forEach(area -> all.remove(area.first()));
        pieces.values().stream()
                .filter(piece -> piece.range().overlaps(range))
                .forEach(piece -> all.put(piece.first(), piece));
        return List.copyOf(all.values());
    }

    /** What changes when {@code gone} is unmapped after the cuts. */
    List<Change> changes(List<Mapping> gone) {
        var changes = new ArrayList<Change>();
        before.forEach(area -> changes.add(new Change.MappingRemoved(ioas, area)));
        gone.stream()
                .filter(area -> !pieces.containsValue(area))
                .forEach(area -> changes.add(new Change.MappingRemoved(ioas, area)));
        pieces.values().stream()
                .filter(piece -> !gone.contains(piece))
                .forEach(piece -> changes.add(new Change.MappingAdded(ioas, piece)));
        return changes;
    }
}
