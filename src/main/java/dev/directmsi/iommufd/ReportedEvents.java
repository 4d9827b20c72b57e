package dev.directmsi.iommufd;

import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Veventq;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events that a driver reports to a guest (kernel: {@code iommufd_viommu_report_event}). A full
 * queue loses the newest; each loss moves the one marker at the tail, and an event that finds room
 * removes it.
 */
public final class ReportedEvents {

    private ReportedEvents() {}

    /** The queue of a vIOMMU for events of a type. */
    public static Optional<Veventq> queueOf(
            ContextView context, @Nullable ObjectId viommu, int type) {
        return context.all(Veventq.class).stream()
                .filter(queue -> queue.viommu().equals(viommu) && queue.type() == type)
                .findFirst();
    }

    /**
     * What reporting changes.
     *
     * @param events oldest first; their queue and number are those they get
     */
    public static List<Change> to(ContextView context, Veventq before, List<QueuedEvent> events) {
        List<Change> changes = new ArrayList<>();
        Veventq queue = before;
        int waiting = context.events(before.id()).size();
        for (QueuedEvent event : events) {
            boolean lost = waiting == queue.depth();
            if (!lost) {
                changes.add(new Change.EventQueued(event.in(before.id(), queue.nextSequence())));
                waiting++;
            }
            queue = queue.afterEvent(lost);
        }
        changes.add(new Change.ObjectReplaced(before, queue));
        return changes;
    }
}
