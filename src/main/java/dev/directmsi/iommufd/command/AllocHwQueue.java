package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;

/**
 * IOMMU_HW_QUEUE_ALLOC: a queue in guest memory that hardware reads by itself. Takes two ids, its
 * own and that of an access of which nobody is told, and locks the mappings that it lies in.
 *
 * @param index of the queue in its vIOMMU, ascending from 0
 * @param iova where it is in the IOAS of the vIOMMU's nest parent
 * @param length bytes
 */
public record AllocHwQueue(
        ObjectId viommuId, int type, long index, long iova, long length, long flags)
        implements Command<HwQueue> {

    @Override
    public String ioctl() {
        return "IOMMU_HW_QUEUE_ALLOC";
    }

    @Override
    public Decision<HwQueue> decide(ContextView context) {
        if (flags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags);
        }
        if (type == 0) {
            throw HW_QUEUE_TYPE_UNSUPPORTED.refusal("type", type, "viommuId", viommuId);
        }
        if (length == 0) {
            throw LENGTH_INVALID.refusal("length", length);
        }
        if (AddressRange.wraps(iova, length)) {
            throw ADDRESS_OVERFLOW.refusal("first", iova, "length", length);
        }
        Viommu viommu = context.require(viommuId, Viommu.class, VIOMMU_MISSING);
        IommuDriver driver = IommuDriver.of(context, viommu.smmu());
        driver.checkHwQueueType(viommu, type);
        AddressRange pages = wholePages(context);
        HwptPaging parent = context.find(viommu.parent(), HwptPaging.class).orElseThrow();
        Accesses.checkAlignment(context, parent.ioas());
        PhysAddr base = pin(context, parent.ioas(), pages).plus(iova - pages.first());
        driver.checkHwQueue(viommu, index, length, base);
        List<ObjectId> ids = NewObjects.ids(context, 2);
        long revision = context.nextRevision();
        var queue =
                new HwQueue(ids.get(0), revision, viommuId, type, (int) index, iova, length, pages);
        var access =
                new KernelAccess(
                        ids.get(1), revision, parent.ioas(), true, queue.id(), List.of(), 0);
        return Decision.of(
                queue,
                new Change.ObjectCreated(queue),
                new Change.ObjectCreated(access.withPin(pages)),
                new Change.ObjectReplaced(viommu, viommu.withQueue(queue.index())));
    }

    private AddressRange wholePages(ContextView context) {
        long mask = context.pageSize().bytes() - 1;
        long offset = iova & mask;
        long bytes = (offset + length + mask) & ~mask;
        if (Long.compareUnsigned(bytes, length) < 0) {
            throw HW_QUEUE_TOO_LONG.refusal("length", length);
        }
        return AddressRange.of(iova & ~mask, bytes);
    }

    /** The mappings under the queue, ascending, and where the first page is. */
    private PhysAddr pin(ContextView context, ObjectId ioas, AddressRange pages) {
        var pinning = new Pinning(context);
        var memory = new HostMemory(context);
        var pieces = Pieces.of(context, ioas, pages);
        List<PhysAddr> starts = new ArrayList<>();
        for (Mapping piece : pieces.found()) {
            if (!piece.access().reads()) {
                throw HW_QUEUE_NOT_READABLE.refusal("first", piece.first(), "last", piece.last());
            }
            DmaBufs.refuseAccess(context, piece);
            pinning.pin(piece);
            starts.add(memory.extent(piece, 0).orElseThrow().first());
        }
        if (!pieces.isComplete()) {
            throw HW_QUEUE_NOT_MAPPED.refusal(
                    "first", pages.first(), "last", pages.last(), "ioasId", ioas);
        }
        for (int i = 0; i < starts.size(); i++) {
            long offset = pieces.found().get(i).first() - pages.first();
            if (!starts.get(i).equals(starts.getFirst().plus(offset))) {
                throw HW_QUEUE_NOT_CONTIGUOUS.refusal("first", pages.first(), "last", pages.last());
            }
        }
        return starts.getFirst();
    }
}
