package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removing the mappings under a range, lowest first (kernel: {@code iopt_unmap_iova_range}): what
 * was removed before one that cannot go stays removed.
 *
 * @param gone what is removed, ascending
 * @param stopped why it ended early, or null
 */
record Unmapping(List<Mapping> gone, @Nullable Rejection stopped) {

    static Unmapping of(
            ContextView context, ObjectId ioas, AddressRange range, Iterable<Mapping> areas) {
        var gone = new ArrayList<Mapping>();
        for (Mapping area : areas) {
            Rejection obstacle = obstacle(context, ioas, range, area);
            if (obstacle != null) {
                return new Unmapping(gone, obstacle);
            }
            gone.add(area);
        }
        return new Unmapping(gone, null);
    }

    /** The range of {@code length} bytes from {@code iova}, which is not empty nor wraps. */
    static AddressRange range(long iova, long length) {
        if (length == 0) {
            throw LENGTH_INVALID.refusal("length", length);
        }
        if (AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        return AddressRange.of(iova, length);
    }

    long bytes() {
        return gone.stream().mapToLong(Mapping::length).sum();
    }

    String progress() {
        return gone.size() + " mappings of " + bytes() + " bytes were unmapped";
    }

    private static @Nullable Rejection obstacle(
            ContextView context, ObjectId ioas, AddressRange range, Mapping area) {
        for (KernelAccess access : context.relations().accessesOf(ioas)) {
            if (access.isLocking() && access.pins(area.range())) {
                return UNMAP_LOCKED.refusal(
                        "ioasId",
                        ioas,
                        "conflictFirst",
                        area.first(),
                        "conflictLast",
                        area.last(),
                        "queue",
                        String.valueOf(access.hwQueue()));
            }
        }
        return range.contains(area.range())
                ? null
                : UNMAP_WOULD_CUT.refusal(
                        "first",
                        range.first(),
                        "last",
                        range.last(),
                        "ioasId",
                        ioas,
                        "conflictFirst",
                        area.first(),
                        "conflictLast",
                        area.last());
    }

    /**
     * What goes with the mappings: accesses are called back for each, and let go of all that
     * touches it; its dirty pages are forgotten.
     */
    List<Change> belongings(ContextView context, ObjectId ioas) {
        var changes = new ArrayList<Change>();
        for (KernelAccess access : context.relations().accessesOf(ioas)) {
            KernelAccess after =
                    access.withoutPins(pin ->
                            gone.stream().anyMatch(area -> pin.range().overlaps(area.range())));
            if (!after.equals(access)) {
                changes.add(new Change.ObjectReplaced(access, after));
            }
        }
        for (Mapping area : gone) {
            DirtyPages.forget(context, ioas, area, changes);
        }
        return changes;
    }
}
