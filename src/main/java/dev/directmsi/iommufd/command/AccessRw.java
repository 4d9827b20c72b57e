package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.KeptMemory;
import dev.directmsi.iommufd.MemoryWrites;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_TEST_OP_ACCESS_RW: the test driver copies from or to what is mapped at a range. A write
 * that meets something it may not write stops there; what lies before is written.
 *
 * @param flags {@link #WRITE}, {@link #SLOW_PATH}
 * @param data what to write, {@code length} bytes; null for a read
 */
@SuppressWarnings("ArrayRecordComponent") // read by the rule, never compared
public record AccessRw(
        ObjectId accessId, long iova, long length, long flags, byte @Nullable [] data)
        implements Command<AccessRw.Copied> {

    /** MOCK_ACCESS_RW_WRITE. */
    public static final int WRITE = 1;

    /** MOCK_ACCESS_RW_SLOW_PATH: goes through pinned pages, not through the process. */
    public static final int SLOW_PATH = 4;

    /**
     * What was copied.
     *
     * @param data what was read; null after a write
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Copied(byte @Nullable [] data) {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_ACCESS_RW";
    }

    @Override
    public Decision<Copied> decide(ContextView context) {
        Accesses.checkLength(length);
        Accesses.checkFlags(flags, WRITE | SLOW_PATH | Accesses.NTH_AREA);
        KernelAccess access = Accesses.require(context, accessId);
        if ((flags & Accesses.NTH_AREA) != 0) {
            long address = Accesses.addressInArea(context, access.ioas(), iova);
            long rest = flags & ~Accesses.NTH_AREA;
            return new AccessRw(accessId, address, length, rest, data).decide(context);
        }
        if (writes() ? data == null || data.length != length : data != null) {
            throw DMA_DATA_MISMATCH.refusal(
                    "length", length, "data", data == null ? 0 : data.length);
        }
        AddressRange range = Accesses.range(iova, length);
        var pieces = Pieces.of(context, access.ioas(), range);
        var read = new byte[data == null ? (int) length : 0];
        var written = new MemoryWrites(context);
        try {
            for (Mapping piece : pieces.found()) {
                Accesses.checkPermission(piece, writes());
                copy(context, piece, read, written);
            }
            if (!pieces.isComplete()) {
                throw Accesses.notMapped(access.ioas(), pieces);
            }
        } catch (Rejection rejection) {
            if (written.isEmpty()) {
                throw rejection;
            }
            return new Decision.Partial<>(written.changes(), rejection);
        }
        return Decision.of(new Copied(data == null ? read : null), written.changes());
    }

    private boolean writes() {
        return (flags & WRITE) != 0;
    }

    private boolean pins(ContextView context, Mapping piece) {
        AddressRange pages = KeptMemory.pagesUnder(context, piece);
        return (flags & SLOW_PATH) != 0
                && Long.compareUnsigned(pages.length(), context.pageSize().bytes()) > 0;
    }

    private void copy(ContextView context, Mapping piece, byte[] read, MemoryWrites written) {
        DmaBufs.refuseAccess(context, piece);
        if (piece.backing() instanceof Backing.FileMemory file) {
            Pinning.checkFile(context, file, piece.length());
        }
        // Only a copy of several pages goes through what is pinned; any other, through the process.
        boolean pins = pins(context, piece);
        boolean forWriting = writes() || (pins && piece.pages().writable());
        var memory = new HostMemory(context);
        int at = (int) (piece.first() - iova);
        for (long done = 0; Long.compareUnsigned(done, piece.length()) < 0; ) {
            Optional<Extent> extent =
                    pins ? memory.extent(piece, done) : memory.extent(piece.backing(), done);
            if (extent.isEmpty()
                    || extent.get().access() == Access.NONE
                    || (forWriting && !extent.get().access().writes())) {
                throw MEMORY_NOT_RESOLVABLE.refusal(
                        "start",
                        piece.backing().toString(),
                        "length",
                        piece.length(),
                        "address",
                        piece.backing().start() + done);
            }
            int part = (int) Math.min(piece.length() - done, extent.get().length());
            if (data == null) {
                memory.read(extent.get().first(), read, at + (int) done, part);
            } else {
                written.write(extent.get().first(), data, at + (int) done, part);
            }
            done += part;
        }
    }
}
