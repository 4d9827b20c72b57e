package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.HostMemory.Extent;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.HiddenAccess;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        long page = context.pageSize().bytes();
        if (page > context.relations().space(parent.ioas()).alignment()) {
            Tables.checkAlignment(context, parent.ioas(), page);
        }
        PhysAddr base = pin(context, parent.ioas(), pages).plus(iova - pages.first());
        driver.checkHwQueue(viommu, index, length, base);
        List<ObjectId> ids = NewObjects.ids(context, 2);
        long revision = context.nextRevision();
        var queue =
                new HwQueue(ids.get(0), revision, viommuId, type, (int) index, iova, length, pages);
        return Decision.of(
                queue,
                new Change.ObjectCreated(queue),
                new Change.ObjectCreated(new HiddenAccess(ids.get(1), revision, queue.id())),
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
        var memory = new HostMemory(context);
        @Nullable PhysAddr first = null;
        boolean together = true;
        long next = pages.first();
        boolean complete = false;
        for (Mapping area : context.mappings(ioas).in(pages)) {
            if (!area.range().contains(next)) {
                break;
            }
            if (!area.access().reads()) {
                throw HW_QUEUE_NOT_READABLE.refusal("first", area.first(), "last", area.last());
            }
            PhysAddr here = physical(memory, area, next);
            if (first == null) {
                first = here;
            }
            together &= here.equals(first.plus(next - pages.first()));
            complete = area.range().contains(pages.last());
            next = area.last() + 1;
        }
        if (first == null || !complete) {
            throw HW_QUEUE_NOT_MAPPED.refusal(
                    "first", pages.first(), "last", pages.last(), "ioasId", ioas);
        }
        if (!together) {
            throw HW_QUEUE_NOT_CONTIGUOUS.refusal("first", pages.first(), "last", pages.last());
        }
        return first;
    }

    private static PhysAddr physical(HostMemory memory, Mapping area, long at) {
        return memory.extent(area.backing(), at - area.first())
                .map(Extent::first)
                .orElseThrow(() ->
                        MEMORY_NOT_RESOLVABLE.refusal(
                                "start",
                                area.backing().toString(),
                                "length",
                                area.length(),
                                "address",
                                at));
    }
}
