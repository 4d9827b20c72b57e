package dev.directmsi.iommufd.command;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of an IOAS as the mappings under it, each cut to the range: those that touch one another
 * from its start on (kernel: {@code iopt_for_each_contig_area}).
 *
 * @param found ascending, up to the end of the range or the first hole
 */
record Pieces(AddressRange wanted, List<Mapping> found) {

    static Pieces of(ContextView context, ObjectId ioas, AddressRange wanted) {
        var found = new ArrayList<Mapping>();
        long next = wanted.first();
        for (Mapping area : context.mappings(ioas).in(wanted)) {
            AddressRange part = wanted.intersection(area.range());
            if (part == null || part.first() != next) {
                break;
            }
            found.add(area.part(part));
            next = part.last() + 1;
        }
        return new Pieces(wanted, List.copyOf(found));
    }

    /** Whether there is no hole. */
    boolean isComplete() {
        return !found.isEmpty() && found.getLast().last() == wanted.last();
    }

    /** The first address that is not mapped. */
    long hole() {
        return found.isEmpty() ? wanted.first() : found.getLast().last() + 1;
    }
}
