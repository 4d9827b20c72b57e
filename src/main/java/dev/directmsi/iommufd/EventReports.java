package dev.directmsi.iommufd;

import dev.directmsi.hardware.smmu.EventRecord;
import dev.directmsi.hardware.smmu.StreamId;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Veventq;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the event records of one operation go: stage-1 faults of a device with a captured virtual
 * StreamID to the guest's vEVENTQ, stage-2 faults, which Linux only logs, to the context's own
 * stream. Everything else is dropped, as the kernel drops it.
 */
public final class EventReports {

    private final ContextView context;
    private final Device device;
    private final List<EventRecord> records = new ArrayList<>();

    public EventReports(ContextView context, Device device) {
        this.context = context;
        this.device = device;
    }

    public void report(EventRecord event) {
        records.add(event);
    }

    /** What all reported events change. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        List<EventRecord> forGuest = new ArrayList<>();
        List<EventRecord> stage2 = new ArrayList<>();
        for (EventRecord event : records) {
            if (event.isStage2()) {
                stage2.add(event);
            } else if (event.isForwardedToGuest()) {
                forGuest.add(event);
            }
        }
        if (!stage2.isEmpty()) {
            stage2Faults(stage2, changes);
        }
        if (!forGuest.isEmpty()) {
            guestQueue()
                    .ifPresent(queue ->
                            changes.addAll(ReportedEvents.to(context, queue, forGuest(forGuest))));
        }
        return changes;
    }

    private Optional<Veventq> guestQueue() {
        if (device.attachedTo() == null || device.eventStreamId() == null) {
            return Optional.empty();
        }
        return context.find(device.attachedTo(), HwptNested.class)
                .flatMap(nested ->
                        ReportedEvents.queueOf(context, nested.viommu(), Veventq.ARM_SMMUV3));
    }

    private List<QueuedEvent> forGuest(List<EventRecord> events) {
        var virtual =
                new StreamId(
                        device.eventStreamId() == null ? 0 : device.eventStreamId().intValue());
        return events.stream().map(event -> queued(0, event.withStreamId(virtual), null)).toList();
    }

    private void stage2Faults(List<EventRecord> events, List<Change> changes) {
        ContextInfo before = context.info();
        long next = before.nextStage2Fault();
        var kept = new ArrayDeque<>(context.events(QueuedEvent.STAGE2_FAULTS));
        for (EventRecord event :
                events.subList(Math.max(0, events.size() - Limits.STAGE2_FAULTS), events.size())) {
            if (kept.size() == Limits.STAGE2_FAULTS) {
                changes.add(new Change.EventTaken(kept.removeFirst()));
            }
            QueuedEvent fault = queued(next++, event, device.function());
            kept.addLast(fault);
            changes.add(new Change.EventQueued(fault));
        }
        changes.add(new Change.ContextChanged(before, before.withNextStage2Fault(next)));
    }

    private static QueuedEvent queued(long sequence, EventRecord event, @Nullable String function) {
        return new QueuedEvent(
                QueuedEvent.STAGE2_FAULTS,
                sequence,
                event.q0(),
                event.q1(),
                event.q2(),
                event.q3(),
                function);
    }
}
