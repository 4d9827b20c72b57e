package dev.directmsi.store;

import dev.directmsi.address.Address;
import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/// One row per commit that says what it changed, for the event stream. Nothing is ever recovered
/// from it.
///
/// An entry names its kind and what it is about, not the whole value: who wants that reads it. A
/// commit of many changes is logged as a number per kind, so that a row stays small.
final class ChangeLog {

    /// Rows kept per context; up to one {@link #PRUNE_EVERY} more lie there between two prunings.
    static final int KEPT = 10_000;

    /// Commits from one pruning to the next: one range delete instead of a delete in every commit.
    static final int PRUNE_EVERY = 100;

    /// Changes of one commit that are logged one by one.
    static final int LISTED = 100;

    private final JdbcClient jdbc;

    ChangeLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Logs what a commit changed that led to `revision`.
    void write(ContextId context, long revision, List<Change> changes) {
        jdbc.sql("INSERT INTO change_log (context_id, revision, changes) VALUES (?, ?, ?)")
                .params(context.value(), revision, text(changes))
                .update();
        if (revision % PRUNE_EVERY == 0) {
            jdbc.sql("DELETE FROM change_log WHERE context_id = ? AND revision <= ?")
                    .params(context.value(), revision - KEPT)
                    .update();
        }
    }

    static String text(List<Change> changes) {
        return changes.size() <= LISTED
                ? ObjectBodies.writeAny(changes.stream().map(ChangeLog::entry).toList())
                : ObjectBodies.writeAny(counts(changes));
    }

    private static List<Map<String, Object>> counts(List<Change> changes) {
        var counts = new TreeMap<String, Integer>();
        changes.forEach(change -> counts.merge(kind(change), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry -> entry(entry.getKey(), "count", entry.getValue()))
                .toList();
    }

    private static String kind(Change change) {
        return change.getClass().getSimpleName();
    }

    private static Map<String, Object> entry(Change change) {
        String kind = kind(change);
        return switch (change) {
            case Change.ContextChanged _ -> Map.of("kind", kind);
            case Change.ObjectCreated(IommufdObject object) -> object(kind, object);
            case Change.ObjectReplaced(_, IommufdObject after) -> object(kind, after);
            case Change.ObjectDestroyed(IommufdObject object) -> object(kind, object);
            case Change.MappingAdded(ObjectId ioas, Mapping mapping) ->
                    mapping(kind, ioas, mapping);
            case Change.MappingRemoved(ObjectId ioas, Mapping mapping) ->
                    mapping(kind, ioas, mapping);
            case Change.VectorAdded(MsiVector vector) -> vector(kind, vector);
            case Change.VectorReplaced(_, MsiVector after) -> vector(kind, after);
            case Change.VectorRemoved(MsiVector vector) -> vector(kind, vector);
            case Change.RegionAdded(var region) -> range(kind, region.range());
            case Change.RegionRemoved(var region) -> range(kind, region.range());
            case Change.FileAdded(var file) -> entry(kind, "file", file.name());
            case Change.FileReplaced(_, var after) -> entry(kind, "file", after.name());
            case Change.FileRemoved(var file) -> entry(kind, "file", file.name());
            case Change.KeptAdded(var pages) -> range(kind, pages.userVa());
            case Change.KeptRemoved(var pages) -> range(kind, pages.userVa());
            case Change.PageAdded(var page) ->
                    entry(kind, "physical", Address.hex(page.physical()));
            case Change.PageReplaced(_, var after) ->
                    entry(kind, "physical", Address.hex(after.physical()));
            case Change.PageRemoved(var page) ->
                    entry(kind, "physical", Address.hex(page.physical()));
            case Change.EventQueued(QueuedEvent event) -> event(kind, event);
            case Change.EventTaken(QueuedEvent event) -> event(kind, event);
            case Change.DirtyAdded(DirtyPage page) -> dirty(kind, page);
            case Change.DirtyRemoved(DirtyPage page) -> dirty(kind, page);
            case Change.FaultRaised(PageFault fault) -> fault(kind, fault);
            case Change.FaultRead(_, PageFault after) -> fault(kind, after);
            case Change.FaultAnswered(PageFault fault) -> fault(kind, fault);
            case Change.ResourceClaimed(var claim) -> entry(kind, "claim", claim.toString());
            case Change.ResourceReleased(var claim) -> entry(kind, "claim", claim.toString());
        };
    }

    private static Map<String, Object> entry(String kind, String name, Object value) {
        return Map.of("kind", kind, name, value);
    }

    private static Map<String, Object> object(String kind, IommufdObject object) {
        return Map.of(
                "kind", kind, "id", object.id().value(), "type", ObjectType.of(object).name());
    }

    private static Map<String, Object> mapping(String kind, ObjectId ioas, Mapping mapping) {
        return Map.of(
                "kind", kind,
                "ioas", ioas.value(),
                "first", Address.hex(mapping.first()),
                "last", Address.hex(mapping.last()));
    }

    private static Map<String, Object> vector(String kind, MsiVector vector) {
        return Map.of("kind", kind, "device", vector.device().value(), "index", vector.index());
    }

    private static Map<String, Object> range(String kind, AddressRange range) {
        return Map.of(
                "kind",
                kind,
                "first",
                Address.hex(range.first()),
                "last",
                Address.hex(range.last()));
    }

    private static Map<String, Object> dirty(String kind, DirtyPage page) {
        return Map.of("kind", kind, "hwpt", page.hwpt().value(), "iova", Address.hex(page.iova()));
    }

    private static Map<String, Object> fault(String kind, PageFault fault) {
        return Map.of("kind", kind, "queue", fault.queue().value(), "sequence", fault.sequence());
    }

    private static Map<String, Object> event(String kind, QueuedEvent event) {
        return Map.of("kind", kind, "queue", event.queue().value(), "sequence", event.sequence());
    }
}
