package dev.directmsi.control;

import dev.directmsi.address.PageSize;
import dev.directmsi.control.ContextStore.StoredContext;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of one context, each kept as the change that would make it from nothing.
final class Rows {

    /// A context that is on no host.
    static final Rows NONE = new Rows(ContextInfo.opened("", "", "", PageSize.SIZE_4K));

    private ContextInfo info;
    private long revision = 1;
    private final Map<Object, Change> rows = new LinkedHashMap<>();

    Rows(ContextInfo info) {
        this.info = info;
    }

    ContextInfo info() {
        return info;
    }

    long revision() {
        return revision;
    }

    /// Objects come first: mappings, vectors and events belong to one.
    StoredContext toStored(ContextId id) {
        var ordered = new ArrayList<Change>();
        rows.values().stream().filter(Change.ObjectCreated.class::isInstance).forEach(ordered::add);
        rows.values().stream()
                .filter(row -> !(row instanceof Change.ObjectCreated))
                .forEach(ordered::add);
        return new StoredContext(id, revision, info, List.copyOf(ordered));
    }

    void apply(List<Change> changes) {
        if (!changes.isEmpty()) {
            changes.forEach(this::apply);
            move();
        }
    }

    /// The next revision, whatever it changed.
    void move() {
        revision++;
    }

    private void apply(Change change) {
        switch (change) {
            case Change.ContextChanged c -> {
                expect(info, c.before());
                info = c.after();
            }
            case Change.ObjectCreated c -> add(List.of("object", c.object().id()), c);
            case Change.ObjectReplaced c ->
                    replace(
                            List.of("object", c.after().id()),
                            new Change.ObjectCreated(c.before()),
                            new Change.ObjectCreated(c.after()));
            case Change.ObjectDestroyed c ->
                    remove(
                            List.of("object", c.object().id()),
                            new Change.ObjectCreated(c.object()));
            case Change.MappingAdded c -> add(List.of("mapping", c.ioas(), c.mapping().first()), c);
            case Change.MappingRemoved c ->
                    remove(
                            List.of("mapping", c.ioas(), c.mapping().first()),
                            new Change.MappingAdded(c.ioas(), c.mapping()));
            case Change.VectorAdded c -> add(key(c.vector()), c);
            case Change.VectorReplaced c ->
                    replace(
                            key(c.after()),
                            new Change.VectorAdded(c.before()),
                            new Change.VectorAdded(c.after()));
            case Change.VectorRemoved c ->
                    remove(key(c.vector()), new Change.VectorAdded(c.vector()));
            case Change.RegionAdded c -> add(List.of("region", c.region().range().first()), c);
            case Change.RegionRemoved c ->
                    remove(
                            List.of("region", c.region().range().first()),
                            new Change.RegionAdded(c.region()));
            case Change.FileAdded c -> add(List.of("file", c.file().name()), c);
            case Change.FileReplaced c ->
                    replace(
                            List.of("file", c.after().name()),
                            new Change.FileAdded(c.before()),
                            new Change.FileAdded(c.after()));
            case Change.FileRemoved c ->
                    remove(List.of("file", c.file().name()), new Change.FileAdded(c.file()));
            case Change.KeptAdded c -> add(List.of("kept", c.pages().place()), c);
            case Change.KeptRemoved c ->
                    remove(List.of("kept", c.pages().place()), new Change.KeptAdded(c.pages()));
            case Change.PageAdded c -> add(List.of("page", c.page().physical()), c);
            case Change.PageReplaced c ->
                    replace(
                            List.of("page", c.after().physical()),
                            new Change.PageAdded(c.before()),
                            new Change.PageAdded(c.after()));
            case Change.PageRemoved c ->
                    remove(List.of("page", c.page().physical()), new Change.PageAdded(c.page()));
            case Change.EventQueued c -> add(key(c.event()), c);
            case Change.EventTaken c -> remove(key(c.event()), new Change.EventQueued(c.event()));
            case Change.DirtyAdded c -> add(List.of("dirty", c.page().hwpt(), c.page().iova()), c);
            case Change.DirtyRemoved c ->
                    remove(
                            List.of("dirty", c.page().hwpt(), c.page().iova()),
                            new Change.DirtyAdded(c.page()));
            case Change.FaultRaised c -> add(key(c.fault()), c);
            case Change.FaultRead c ->
                    replace(
                            key(c.after()),
                            new Change.FaultRaised(c.before()),
                            new Change.FaultRaised(c.after()));
            case Change.FaultAnswered c ->
                    remove(key(c.fault()), new Change.FaultRaised(c.fault()));
            case Change.ResourceClaimed _, Change.ResourceReleased _ -> {
                // rows of the host
            }
        }
    }

    private static Object key(MsiVector vector) {
        return List.of("vector", vector.device(), vector.index());
    }

    private static Object key(QueuedEvent event) {
        return List.of("event", event.queue(), event.sequence());
    }

    private static Object key(PageFault fault) {
        return List.of("fault", fault.queue(), fault.sequence());
    }

    private void add(Object key, Change row) {
        if (rows.putIfAbsent(key, row) != null) {
            throw new IllegalStateException("there is a row " + key + " already");
        }
    }

    private void replace(Object key, Change before, Change after) {
        expect(rows.get(key), before);
        rows.put(key, after);
    }

    private void remove(Object key, Change before) {
        expect(rows.get(key), before);
        rows.remove(key);
    }

    private static void expect(@Nullable Object actual, Object expected) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("expected " + expected + ", found " + actual);
        }
    }
}
