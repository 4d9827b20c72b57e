package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * read() of a fault queue: takes page requests, oldest first, and gives each a cookie, the lowest
 * that is free.
 *
 * @param count most records to take; where something waits, 0 is refused as in the kernel
 */
public record ReadFaults(ObjectId id, long count) implements Command<List<PageFault>> {

    @Override
    public String ioctl() {
        return "read";
    }

    @Override
    public Decision<List<PageFault>> decide(ContextView context) {
        requireOpen(context, id);
        List<PageFault> waiting = peek(context, id);
        if (!waiting.isEmpty() && count == 0) {
            throw READ_COUNT_INVALID.refusal(
                    "count", Long.toString(count), "problem", "the first group does not fit");
        }
        var cookies = new BitSet();
        context.faults(id).forEach(fault -> cookies.set(fault.cookie()));
        cookies.set(0);
        List<PageFault> taken = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (PageFault before : waiting) {
            if (taken.size() < count) {
                PageFault after = before.withCookie(cookies.nextClearBit(1));
                cookies.set(after.cookie());
                taken.add(after);
                changes.add(new Change.FaultRead(before, after));
            }
        }
        return Decision.of(taken, changes);
    }

    static void requireOpen(ContextView context, ObjectId id) {
        if (!context.require(id, FaultQueue.class, FAULT_QUEUE_NOT_FOUND).handleOpen()) {
            throw HANDLE_CLOSED.refusal("id", id);
        }
    }

    /** The requests that wait to be read, oldest first. */
    public static List<PageFault> peek(ContextView context, ObjectId id) {
        context.require(id, FaultQueue.class, FAULT_QUEUE_NOT_FOUND);
        return context.faults(id).stream().filter(fault -> !fault.isRead()).toList();
    }
}
