package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Veventq;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * read() of a vEVENTQ: takes events, oldest first, and the lost-events marker when nothing follows
 * it.
 *
 * @param count most records to take; an empty queue gives none, a count of 0 is refused as in the
 *     kernel
 */
public record ReadVevents(ObjectId id, long count) implements Command<List<ReadVevents.Vevent>> {

    /**
     * A record.
     *
     * @param sequence counts every reported event, lost ones too
     * @param queueType what the event is of, as IOMMU_VEVENTQ_TYPE
     * @param event null in a lost-events marker
     */
    public record Vevent(long sequence, int queueType, @Nullable QueuedEvent event) {}

    @Override
    public String ioctl() {
        return "read";
    }

    @Override
    public Decision<List<Vevent>> decide(ContextView context) {
        Veventq queue = context.require(id, Veventq.class, VEVENTQ_NOT_FOUND);
        if (!queue.handleOpen()) {
            throw HANDLE_CLOSED.refusal("id", id);
        }
        if (count < 1) {
            throw READ_COUNT_INVALID.refusal(
                    "count", Long.toString(count), "problem", "not even a header fits");
        }
        List<Change> changes = new ArrayList<>();
        List<Vevent> taken = new ArrayList<>();
        for (QueuedEvent event : context.events(id)) {
            if (taken.size() < count) {
                taken.add(new Vevent(event.sequence(), queue.type(), event));
                changes.add(new Change.EventTaken(event));
            }
        }
        if (queue.lostAt() != null && taken.size() < count) {
            taken.add(new Vevent(queue.lostAt(), queue.type(), null));
            changes.add(new Change.ObjectReplaced(queue, queue.withoutMarker()));
        }
        return Decision.of(taken, changes);
    }

    /** The same records without taking them. */
    public static List<Vevent> peek(ContextView context, ObjectId id) {
        Veventq queue = context.require(id, Veventq.class, VEVENTQ_NOT_FOUND);
        List<Vevent> waiting = new ArrayList<>();
        context.events(id)
                .forEach(event -> waiting.add(new Vevent(event.sequence(), queue.type(), event)));
        if (queue.lostAt() != null) {
            waiting.add(new Vevent(queue.lostAt(), queue.type(), null));
        }
        return waiting;
    }
}
