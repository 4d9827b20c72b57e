package dev.directmsi.walk;

import dev.directmsi.address.Access;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.command.CopyPages;
import dev.directmsi.iommufd.command.MapPages;
import dev.directmsi.iommufd.command.UnmapPages;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// IOASes as sets of small pages, each with what it leads to: the second oracle. It knows nothing
/// of intervals; a mapping is a number that its pages share.
final class PageModel {

    /// Everything in the walk is a multiple of this.
    static final long PAGE = 0x800;

    /// @param mapping the number of the mapping that made it
    private record Page(int mapping, Backing backing, Access access) {}

    private final Map<ObjectId, NavigableMap<Long, Page>> spaces = new HashMap<>();
    private int mappings;

    private NavigableMap<Long, Page> space(ObjectId ioas) {
        return spaces.computeIfAbsent(ioas, _ -> new TreeMap<>(Long::compareUnsigned));
    }

    void forget(ObjectId ioas) {
        spaces.remove(ioas);
    }

    /// Takes a mapping over that was accepted: none of its pages may have been there.
    void mapped(MapPages command, Mapping mapping) {
        require(command.iova() == null || command.iova().value() == mapping.first(), mapping);
        require(mapping.length() == command.length(), mapping);
        int number = mappings++;
        for (long at = 0; Long.compareUnsigned(at, mapping.length()) < 0; at += PAGE) {
            var page = new Page(number, command.source().plus(at), command.access());
            require(space(command.ioasId()).put(mapping.first() + at, page) == null, mapping);
        }
    }

    /// Takes a copy over that was accepted: page by page it leads where its source leads, and each
    /// of its mappings is of one mapping of the source.
    void copied(CopyPages command, CopyPages.Copied copied) {
        require(
                command.dstIova() == null || command.dstIova().value() == copied.range().first(),
                copied);
        require(copied.range().length() == command.length(), copied);
        var sources = new TreeMap<Long, Page>(Long::compareUnsigned);
        for (long at = 0; Long.compareUnsigned(at, command.length()) < 0; at += PAGE) {
            Page page = space(command.srcIoasId()).get(command.srcIova() + at);
            require(page != null, command, Long.toHexString(at));
            if (page != null) {
                sources.put(copied.range().first() + at, page);
            }
        }
        for (Mapping mapping : copied.mappings()) {
            var originals = sources.subMap(mapping.first(), true, mapping.last(), true);
            require(
                    originals.values().stream().map(Page::mapping).distinct().count() == 1,
                    mapping);
            int number = mappings++;
            originals.forEach((at, page) ->
                    require(
                            space(command.dstIoasId())
                                            .put(
                                                    at,
                                                    new Page(
                                                            number,
                                                            page.backing(),
                                                            command.access()))
                                    == null,
                            mapping));
        }
    }

    /// A mapping that was refused as mapped already: at least one of its pages was there.
    void mapRefused(MapPages command) {
        require(command.iova() != null, command);
        if (command.iova() != null) {
            require(
                    !in(command.ioasId(), command.iova().value(), command.length()).isEmpty(),
                    command);
        }
    }

    private NavigableSet<Long> in(ObjectId ioas, long first, long length) {
        var found = new TreeSet<Long>(Long::compareUnsigned);
        long last = first + length - 1;
        found.addAll(space(ioas).subMap(first & -PAGE, true, last, true).keySet());
        return found;
    }

    /// Unmaps page by page from the lowest; answers what Linux would: bytes, or where it stops.
    ///
    /// @param refusal UNMAP_WOULD_CUT, UNMAP_NOTHING, UNMAP_LOCKED, or null for success
    /// @param lenient unmapping nothing is a success, as type 1 has it
    void unmapped(UnmapPages command, @Nullable Rejection refusal, long bytes, boolean lenient) {
        @Nullable Reason reason = refusal == null ? null : refusal.reason();
        @Nullable Object locked =
                reason == Reason.UNMAP_LOCKED && refusal != null
                        ? refusal.params().get("conflictFirst")
                        : null;
        boolean everything = command.iova() == 0 && command.length() == -1;
        long first = everything ? 0 : command.iova();
        long last = everything ? -1 : command.iova() + command.length() - 1;
        NavigableMap<Long, Page> space = space(command.ioasId());
        long gone = 0;
        @Nullable Reason stopped = null;
        for (Long at : in(command.ioasId(), first, last - first + 1)) {
            Page page = space.get(at);
            if (page == null) {
                continue; // went with its mapping
            }
            var whole = new TreeSet<Long>(Long::compareUnsigned);
            space.forEach((where, other) -> {
                if (other.mapping() == page.mapping()) {
                    whole.add(where);
                }
            });
            if (locked != null && locked.equals(whole.first())) {
                stopped = Reason.UNMAP_LOCKED;
                break;
            }
            if (Long.compareUnsigned(whole.first(), first) < 0
                    || Long.compareUnsigned(whole.last() + PAGE - 1, last) > 0) {
                stopped = Reason.UNMAP_WOULD_CUT;
                break;
            }
            whole.forEach(space::remove);
            gone += whole.size() * PAGE;
        }
        if (stopped == null && gone == 0 && !everything && !lenient) {
            stopped = Reason.UNMAP_NOTHING;
        }
        require(stopped == reason, command, String.valueOf(stopped), String.valueOf(refusal));
        require(refusal != null || gone == bytes, command, gone, bytes);
    }

    /// Cuts the mapping with a page that ends at {@code last}, and another behind it, in two.
    ///
    /// @param only cut only where this has a mapping that ends there; null for all
    void cut(ObjectId ioas, long last, @Nullable ContextView only) {
        NavigableMap<Long, Page> space = space(ioas);
        Page low = space.get(last & -PAGE);
        Page high = space.get(last + 1);
        boolean made =
                only == null
                        || only.mappings(ioas)
                                .at(last)
                                .filter(area -> area.last() == last)
                                .isPresent();
        if (low == null || high == null || low.mapping() != high.mapping() || !made) {
            return;
        }
        int number = mappings++;
        space.tailMap(last + 1, true)
                .replaceAll((_, page) ->
                        page.mapping() == low.mapping()
                                ? new Page(number, page.backing(), page.access())
                                : page);
    }

    /// The IOASes of a context are these pages and no others.
    void check(ContextView context, ObjectId ioas) {
        NavigableMap<Long, Page> pages = space(ioas);
        long bytes = 0;
        for (Mapping area : context.mappings(ioas).all()) {
            bytes += area.length();
        }
        require(bytes == pages.size() * PAGE, "IOAS", ioas, "maps", bytes, pages.size() * PAGE);
        long known = pages.values().stream().map(Page::mapping).distinct().count();
        require(known == context.mappings(ioas).size(), "IOAS", ioas, "has mappings", known);
        pages.forEach((at, page) -> {
            Mapping area = context.mappings(ioas).at(at).orElse(null);
            require(
                    area != null
                            && area.backing().plus(at - area.first()).equals(page.backing())
                            && area.access() == page.access(),
                    "IOAS",
                    ioas,
                    Long.toHexString(at),
                    page,
                    String.valueOf(area));
        });
    }

    private static void require(boolean holds, Object... what) {
        if (!holds) {
            throw new AssertionError("page by page: " + java.util.List.of(what));
        }
    }
}
