package dev.directmsi.store;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// Turns changes into rows: one INSERT, UPDATE or DELETE of exactly one row for each.
final class ChangeWriter {

    private final long context;
    private final RowBatch batch;
    private final ClaimRows claims;

    ChangeWriter(JdbcTemplate jdbc, ClaimRows claims, ContextId context) {
        this.context = context.value();
        this.batch = new RowBatch(jdbc);
        this.claims = claims;
    }

    void write(List<Change> changes) {
        changes.forEach(this::write);
        batch.send();
    }

    private void write(Change change) {
        switch (change) {
            case Change.ContextChanged _ -> {
                // written together with the revision
            }
            case Change.ObjectCreated(IommufdObject object) -> create(object);
            case Change.ObjectReplaced(_, IommufdObject after) -> replace(after);
            case Change.ObjectDestroyed(IommufdObject object) -> destroy(object);
            case Change.MappingAdded(ObjectId ioas, Mapping mapping) -> add(ioas, mapping);
            case Change.MappingRemoved(ObjectId ioas, Mapping mapping) -> remove(ioas, mapping);
            case Change.VectorAdded(MsiVector vector) -> add(vector);
            case Change.VectorReplaced(_, MsiVector after) -> replace(after);
            case Change.VectorRemoved(MsiVector vector) -> remove(vector);
            case Change.RegionAdded(MemoryRegion region) -> add(region);
            case Change.RegionRemoved(MemoryRegion region) -> remove(region);
            case Change.FileAdded(MemoryFile file) -> add(file);
            case Change.FileReplaced(_, MemoryFile after) -> replace(after);
            case Change.FileRemoved(MemoryFile file) -> remove(file);
            case Change.PageAdded(MemoryPage page) -> add(page);
            case Change.PageReplaced(_, MemoryPage after) -> replace(after);
            case Change.PageRemoved(MemoryPage page) -> remove(page);
            case Change.KeptAdded(KeptPages pages) -> add(pages);
            case Change.KeptRemoved(KeptPages pages) -> remove(pages);
            case Change.EventQueued(QueuedEvent event) -> queue(event);
            case Change.EventTaken(QueuedEvent event) -> take(event);
            case Change.DirtyAdded(DirtyPage page) -> add(page);
            case Change.DirtyRemoved(DirtyPage page) -> remove(page);
            case Change.FaultRaised(PageFault fault) -> add(fault);
            case Change.FaultRead(_, PageFault after) -> replace(after);
            case Change.FaultAnswered(PageFault fault) -> remove(fault);
            case Change.ResourceClaimed(var claim) -> claims.take(claim);
            case Change.ResourceReleased(var claim) -> claims.release(claim);
        }
    }

    private void create(IommufdObject object) {
        batch.add(
                """
                INSERT INTO object (context_id, id, type, created_revision, body)
                VALUES (?, ?, ?, ?, ?)
                """,
                context,
                object.id().value(),
                ObjectType.of(object).name(),
                object.createdRevision(),
                ObjectBodies.write(object));
    }

    private void replace(IommufdObject object) {
        batch.add(
                """
                UPDATE object SET body = ?
                WHERE context_id = ? AND id = ? AND type = ? AND created_revision = ?
                """,
                ObjectBodies.write(object),
                context,
                object.id().value(),
                ObjectType.of(object).name(),
                object.createdRevision());
    }

    private void destroy(IommufdObject object) {
        // No foreign key guards the large tables, see the migration.
        batch.add(
                """
                DELETE FROM object
                WHERE context_id = ? AND id = ? AND type = ? AND created_revision = ?
                  AND NOT EXISTS (SELECT 1 FROM mapping m
                                  WHERE m.context_id = object.context_id AND m.ioas_id = object.id)
                  AND NOT EXISTS (SELECT 1 FROM queued_event e
                                  WHERE e.context_id = object.context_id AND e.queue_id = object.id)
                  AND NOT EXISTS (SELECT 1 FROM dirty_page d
                                  WHERE d.context_id = object.context_id AND d.hwpt_id = object.id)
                  AND NOT EXISTS (SELECT 1 FROM page_fault f
                                  WHERE f.context_id = object.context_id AND f.queue_id = object.id)
                """,
                context,
                object.id().value(),
                ObjectType.of(object).name(),
                object.createdRevision());
    }

    private void add(ObjectId ioas, Mapping mapping) {
        Long userVa = null;
        String file = null;
        Long offset = null;
        switch (mapping.backing()) {
            case Backing.UserMemory(var va) -> userVa = Unsigned.column(va.value());
            case Backing.FileMemory(String name, long start) -> {
                file = name;
                offset = Unsigned.column(start);
            }
        }
        batch.add(
                """
                INSERT INTO mapping (context_id, ioas_id, first_iova, last_iova,
                                     backing, user_va, file_name, file_offset, access,
                                     pages_id, writable, charged)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                context,
                ioas.value(),
                Unsigned.column(mapping.first()),
                Unsigned.column(mapping.last()),
                file == null ? "USER" : "FILE",
                userVa,
                file,
                offset,
                mapping.access().name(),
                mapping.pages().id(),
                mapping.pages().writable(),
                mapping.pages().charged());
    }

    private void remove(ObjectId ioas, Mapping mapping) {
        batch.add(
                """
                DELETE FROM mapping
                WHERE context_id = ? AND ioas_id = ? AND first_iova = ? AND last_iova = ?
                """,
                context,
                ioas.value(),
                Unsigned.column(mapping.first()),
                Unsigned.column(mapping.last()));
    }

    private void add(MsiVector vector) {
        batch.add(
                """
                INSERT INTO msi_vector (state, masked, context_id, device_id, vector_index)
                VALUES (?, ?, ?, ?, ?)
                """,
                ObjectBodies.write(vector.state()),
                vector.masked(),
                context,
                vector.device().value(),
                vector.index());
    }

    private void replace(MsiVector vector) {
        batch.add(
                """
                UPDATE msi_vector SET state = ?, masked = ?
                WHERE context_id = ? AND device_id = ? AND vector_index = ?
                """,
                ObjectBodies.write(vector.state()),
                vector.masked(),
                context,
                vector.device().value(),
                vector.index());
    }

    private void remove(MsiVector vector) {
        batch.add(
                """
                DELETE FROM msi_vector
                WHERE context_id = ? AND device_id = ? AND vector_index = ?
                """,
                context,
                vector.device().value(),
                vector.index());
    }

    private void add(MemoryRegion region) {
        batch.add(
                """
                INSERT INTO memory_region (context_id, first_va, last_va, access, physical, file_name)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                context,
                Unsigned.column(region.range().first()),
                Unsigned.column(region.range().last()),
                region.access().name(),
                Unsigned.column(region.physical().value()),
                region.file());
    }

    private void remove(MemoryRegion region) {
        batch.add(
                "DELETE FROM memory_region WHERE context_id = ? AND first_va = ? AND last_va = ?",
                context,
                Unsigned.column(region.range().first()),
                Unsigned.column(region.range().last()));
    }

    private void add(MemoryFile file) {
        batch.add(
                """
                INSERT INTO memory_file (size_bytes, sealed, physical, revoked, invalidated,
                                         context_id, name)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                file.size(),
                file.sealed(),
                Unsigned.column(file.physical().value()),
                file.dmaBuf() == null ? null : file.dmaBuf().revoked(),
                file.dmaBuf() == null ? null : file.dmaBuf().invalidated(),
                context,
                file.name());
    }

    private void replace(MemoryFile file) {
        batch.add(
                """
                UPDATE memory_file SET size_bytes = ?, sealed = ?, physical = ?, revoked = ?,
                                       invalidated = ?
                WHERE context_id = ? AND name = ?
                """,
                file.size(),
                file.sealed(),
                Unsigned.column(file.physical().value()),
                file.dmaBuf() == null ? null : file.dmaBuf().revoked(),
                file.dmaBuf() == null ? null : file.dmaBuf().invalidated(),
                context,
                file.name());
    }

    private void remove(MemoryFile file) {
        batch.add(
                "DELETE FROM memory_file WHERE context_id = ? AND name = ?", context, file.name());
    }

    private void add(MemoryPage page) {
        batch.add(
                "INSERT INTO memory_page (content, context_id, physical) VALUES (?, ?, ?)",
                page.content(),
                context,
                Unsigned.column(page.physical()));
    }

    private void replace(MemoryPage page) {
        batch.add(
                "UPDATE memory_page SET content = ? WHERE context_id = ? AND physical = ?",
                page.content(),
                context,
                Unsigned.column(page.physical()));
    }

    private void remove(MemoryPage page) {
        batch.add(
                "DELETE FROM memory_page WHERE context_id = ? AND physical = ?",
                context,
                Unsigned.column(page.physical()));
    }

    private void add(KeptPages pages) {
        batch.add(
                """
                INSERT INTO kept_pages (context_id, pages_id, first_va, last_va, physical, file_name)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                context,
                pages.pages(),
                Unsigned.column(pages.userVa().first()),
                Unsigned.column(pages.userVa().last()),
                Unsigned.column(pages.physical().value()),
                pages.file());
    }

    private void remove(KeptPages pages) {
        batch.add(
                """
                DELETE FROM kept_pages
                WHERE context_id = ? AND pages_id = ? AND first_va = ? AND last_va = ?
                """,
                context,
                pages.pages(),
                Unsigned.column(pages.userVa().first()),
                Unsigned.column(pages.userVa().last()));
    }

    private void add(DirtyPage page) {
        batch.add(
                "INSERT INTO dirty_page (context_id, hwpt_id, iova) VALUES (?, ?, ?)",
                context,
                page.hwpt().value(),
                Unsigned.column(page.iova()));
    }

    private void remove(DirtyPage page) {
        batch.add(
                "DELETE FROM dirty_page WHERE context_id = ? AND hwpt_id = ? AND iova = ?",
                context,
                page.hwpt().value(),
                Unsigned.column(page.iova()));
    }

    private void add(PageFault fault) {
        batch.add(
                """
                INSERT INTO page_fault (context_id, queue_id, sequence_number, device_id, attachment,
                                        pasid, grpid, perm, addr, cookie)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                context,
                fault.queue().value(),
                fault.sequence(),
                fault.device().value(),
                fault.attachment(),
                fault.hasPasid() ? fault.pasid() : null,
                fault.grpid(),
                fault.perm(),
                Unsigned.column(fault.addr()),
                fault.cookie());
    }

    private void replace(PageFault fault) {
        batch.add(
                """
                UPDATE page_fault SET cookie = ?
                WHERE context_id = ? AND queue_id = ? AND sequence_number = ?
                """,
                fault.cookie(),
                context,
                fault.queue().value(),
                fault.sequence());
    }

    private void remove(PageFault fault) {
        batch.add(
                """
                DELETE FROM page_fault
                WHERE context_id = ? AND queue_id = ? AND sequence_number = ?
                """,
                context,
                fault.queue().value(),
                fault.sequence());
    }

    private void queue(QueuedEvent event) {
        batch.add(
                """
                INSERT INTO queued_event (context_id, queue_id, sequence_number,
                                          word0, word1, word2, word3, function_name)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                context,
                event.queue().value(),
                event.sequence(),
                event.word0(),
                event.word1(),
                event.word2(),
                event.word3(),
                event.function());
    }

    private void take(QueuedEvent event) {
        batch.add(
                """
                DELETE FROM queued_event
                WHERE context_id = ? AND queue_id = ? AND sequence_number = ?
                """,
                context,
                event.queue().value(),
                event.sequence());
    }
}
