package dev.directmsi.store;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.address.UserVa;
import dev.directmsi.control.ContextStore.StoredContext;
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
import dev.directmsi.iommufd.object.Pages;
import dev.directmsi.iommufd.object.QueuedEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Reads the rows of one context as the changes that would make it from nothing. Must run in one
/// transaction that sees one moment of the whole database, so that the revision and the rows belong
/// together.
final class ContextLoader {

    private final JdbcClient jdbc;
    private final ContextId context;
    private final List<Change> rows = new ArrayList<>();

    ContextLoader(JdbcClient jdbc, ContextId context) {
        this.jdbc = jdbc;
        this.context = context;
    }

    Optional<StoredContext> load() {
        return jdbc.sql("SELECT revision, info FROM context WHERE id = ?")
                .param(context.value())
                .query(this::stored)
                .optional()
                .map(this::withRows);
    }

    private StoredContext stored(ResultSet row, int number) throws SQLException {
        return new StoredContext(
                context, row.getLong("revision"), ObjectBodies.info(row.getString("info")), rows);
    }

    /// Objects first: mappings, vectors and events belong to them.
    private StoredContext withRows(StoredContext stored) {
        read(
                "SELECT id, type, created_revision, body FROM object WHERE context_id = ? ORDER BY id",
                ContextLoader::object);
        read(
                """
                SELECT ioas_id, first_iova, last_iova, user_va, file_name, file_offset,
                       access, pages_id, writable, charged
                FROM mapping WHERE context_id = ? ORDER BY ioas_id, first_iova
                """,
                ContextLoader::mapping);
        read(
                """
                SELECT device_id, vector_index, state, masked
                FROM msi_vector WHERE context_id = ? ORDER BY device_id, vector_index
                """,
                ContextLoader::vector);
        read(
                """
                SELECT first_va, last_va, access, physical, file_name
                FROM memory_region WHERE context_id = ? ORDER BY first_va
                """,
                ContextLoader::region);
        read(
                """
                SELECT name, size_bytes, sealed, physical, revoked, invalidated
                FROM memory_file WHERE context_id = ? ORDER BY name
                """,
                ContextLoader::file);
        read(
                """
                SELECT pages_id, first_va, last_va, physical, file_name
                FROM kept_pages WHERE context_id = ? ORDER BY pages_id, first_va
                """,
                ContextLoader::kept);
        read(
                "SELECT physical, content FROM memory_page WHERE context_id = ? ORDER BY physical",
                ContextLoader::page);
        read(
                """
                SELECT queue_id, sequence_number, word0, word1, word2, word3, function_name
                FROM queued_event WHERE context_id = ? ORDER BY queue_id, sequence_number
                """,
                ContextLoader::event);
        read(
                "SELECT hwpt_id, iova FROM dirty_page WHERE context_id = ? ORDER BY hwpt_id, iova",
                ContextLoader::dirtyPage);
        read(
                """
                SELECT queue_id, sequence_number, device_id, attachment, pasid, grpid, perm, addr, cookie
                FROM page_fault WHERE context_id = ? ORDER BY queue_id, sequence_number
                """,
                ContextLoader::pageFault);
        return stored;
    }

    private void read(String sql, RowMapper<Change> mapper) {
        jdbc.sql(sql)
                .param(context.value())
                .query(row -> {
                    rows.add(mapper.mapRow(row, 0));
                });
    }

    private static Change object(ResultSet row, int number) throws SQLException {
        IommufdObject object = ObjectBodies.object(row.getString("type"), row.getString("body"));
        if (object.id().value() != row.getInt("id")
                || object.createdRevision() != row.getLong("created_revision")) {
            throw new IllegalStateException(
                    "the row of object " + row.getInt("id") + " has the body of " + object);
        }
        return new Change.ObjectCreated(object);
    }

    private static Change mapping(ResultSet row, int number) throws SQLException {
        String file = row.getString("file_name");
        Backing backing =
                file == null
                        ? new Backing.UserMemory(new UserVa(Unsigned.read(row, "user_va")))
                        : new Backing.FileMemory(file, Unsigned.read(row, "file_offset"));
        return new Change.MappingAdded(
                new ObjectId(row.getInt("ioas_id")),
                new Mapping(
                        Unsigned.read(row, "first_iova"),
                        Unsigned.read(row, "last_iova"),
                        backing,
                        Access.valueOf(row.getString("access")),
                        new Pages(
                                row.getLong("pages_id"),
                                row.getBoolean("writable"),
                                row.getBoolean("charged"))));
    }

    private static Change vector(ResultSet row, int number) throws SQLException {
        return new Change.VectorAdded(
                new MsiVector(
                        new ObjectId(row.getInt("device_id")),
                        row.getInt("vector_index"),
                        ObjectBodies.vectorState(row.getString("state")),
                        row.getBoolean("masked")));
    }

    private static Change region(ResultSet row, int number) throws SQLException {
        return new Change.RegionAdded(
                new MemoryRegion(
                        new AddressRange(
                                Unsigned.read(row, "first_va"), Unsigned.read(row, "last_va")),
                        Access.valueOf(row.getString("access")),
                        new PhysAddr(Unsigned.read(row, "physical")),
                        row.getString("file_name")));
    }

    private static Change file(ResultSet row, int number) throws SQLException {
        boolean revoked = row.getBoolean("revoked");
        boolean isDmaBuf = !row.wasNull();
        return new Change.FileAdded(
                new MemoryFile(
                        row.getString("name"),
                        row.getLong("size_bytes"),
                        row.getBoolean("sealed"),
                        new PhysAddr(Unsigned.read(row, "physical")),
                        isDmaBuf
                                ? new MemoryFile.DmaBuf(revoked, row.getLong("invalidated"))
                                : null));
    }

    private static Change kept(ResultSet row, int number) throws SQLException {
        return new Change.KeptAdded(
                new KeptPages(
                        row.getLong("pages_id"),
                        new AddressRange(
                                Unsigned.read(row, "first_va"), Unsigned.read(row, "last_va")),
                        new PhysAddr(Unsigned.read(row, "physical")),
                        row.getString("file_name")));
    }

    private static Change page(ResultSet row, int number) throws SQLException {
        return new Change.PageAdded(
                new MemoryPage(Unsigned.read(row, "physical"), row.getBytes("content")));
    }

    private static Change dirtyPage(ResultSet row, int number) throws SQLException {
        return new Change.DirtyAdded(
                new DirtyPage(new ObjectId(row.getInt("hwpt_id")), Unsigned.read(row, "iova")));
    }

    private static Change pageFault(ResultSet row, int number) throws SQLException {
        int pasid = row.getInt("pasid");
        boolean hasPasid = !row.wasNull();
        return new Change.FaultRaised(
                new PageFault(
                        new ObjectId(row.getInt("queue_id")),
                        row.getLong("sequence_number"),
                        new ObjectId(row.getInt("device_id")),
                        row.getInt("attachment"),
                        hasPasid,
                        pasid,
                        row.getInt("grpid"),
                        row.getInt("perm"),
                        Unsigned.read(row, "addr"),
                        row.getInt("cookie")));
    }

    private static Change event(ResultSet row, int number) throws SQLException {
        return new Change.EventQueued(
                new QueuedEvent(
                        new ObjectId(row.getInt("queue_id")),
                        row.getLong("sequence_number"),
                        row.getLong("word0"),
                        row.getLong("word1"),
                        row.getLong("word2"),
                        row.getLong("word3"),
                        row.getString("function_name")));
    }
}
