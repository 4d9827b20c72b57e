package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_TEST_OP_ACCESS_PAGES: the test driver pins what is mapped at a range, whole pages of it.
 *
 * @param flags {@link #WRITE} or 0
 * @param userVa the memory that must be there, or null or 0 not to look
 */
public record PinPages(
        ObjectId accessId, long iova, long length, @Nullable UserVa userVa, long flags)
        implements Command<KernelAccess.Pin> {

    /** MOCK_FLAGS_ACCESS_WRITE. */
    public static final int WRITE = 1;

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_ACCESS_PAGES";
    }

    @Override
    public Decision<KernelAccess.Pin> decide(ContextView context) {
        Accesses.checkLength(length);
        Accesses.checkFlags(flags, WRITE | Accesses.NTH_AREA);
        KernelAccess access = Accesses.require(context, accessId);
        if (!access.pinning()) {
            throw ACCESS_CANNOT_PIN.refusal("id", accessId);
        }
        if ((flags & Accesses.NTH_AREA) != 0) {
            long address = Accesses.addressInArea(context, access.ioas(), iova);
            long rest = flags & ~Accesses.NTH_AREA;
            return new PinPages(accessId, address, length, userVa, rest).decide(context);
        }
        AddressRange range = Accesses.range(iova, length);
        var pieces = Pieces.of(context, access.ioas(), range);
        var pinning = new Pinning(context);
        for (Mapping piece : pieces.found()) {
            checkWholePages(context, piece, range.last());
            Accesses.checkPermission(piece, flags == WRITE);
            DmaBufs.refuseAccess(context, piece);
            pinning.pin(piece);
        }
        if (!pieces.isComplete()) {
            throw Accesses.notMapped(access.ioas(), pieces);
        }
        if (userVa != null && userVa.value() != 0) {
            checkMemory(context, pieces.found(), userVa);
        }
        if (access.pins().size() >= Limits.PINS) {
            throw TOO_MANY.refusal(
                    "value", access.pins().size(), "what", "pins", "limit", Limits.PINS);
        }
        KernelAccess after = access.withPin(range);
        return Decision.of(after.pins().getLast(), new Change.ObjectReplaced(access, after));
    }

    /** A piece begins with a page, and ends with one unless the range ends there. */
    private static void checkWholePages(ContextView context, Mapping piece, long last) {
        long start = piece.backing().start();
        boolean ends = piece.last() == last || context.pageSize().isAligned(start + piece.length());
        if (!context.pageSize().isAligned(start) || !ends) {
            throw ACCESS_NOT_ALIGNED.refusal("iova", piece.first(), "start", start);
        }
    }

    /** Page by page, wherever in its first page the address is, as the test driver compares. */
    private void checkMemory(ContextView context, List<Mapping> pieces, UserVa expected) {
        var memory = new HostMemory(context);
        long page = context.pageSize().bytes();
        long first = expected.value() - context.pageSize().offset(iova);
        long at = context.pageSize().floor(first);
        for (Mapping piece : pieces) {
            for (long done = 0; Long.compareUnsigned(done, piece.length()) < 0; done += page) {
                UserVa wanted = new UserVa(at);
                Extent here =
                        memory.extent(new Backing.UserMemory(wanted), 0)
                                .orElseThrow(() ->
                                        MEMORY_OUTSIDE.refusal(
                                                "first",
                                                expected.value(),
                                                "last",
                                                expected.value() + length - 1,
                                                "address",
                                                wanted.value()));
                if (!memory.extent(piece, done)
                        .map(Extent::first)
                        .equals(Optional.of(here.first()))) {
                    throw ACCESS_OTHER_MEMORY.refusal(
                            "iova", piece.first() + done, "userVa", wanted.value());
                }
                at += page;
            }
        }
    }
}
