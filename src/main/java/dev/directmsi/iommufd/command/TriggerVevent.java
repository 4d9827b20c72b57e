package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.ReportedEvents;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Veventq;
import java.util.List;
import java.util.Optional;

/**
 * IOMMU_TEST_OP_TRIGGER_VEVENT: the mock reports an event of a device that is attached through a
 * vIOMMU.
 */
public record TriggerVevent(ObjectId devId) implements Command<TriggerVevent.Triggered> {

    /** It was reported, or lost because the queue is full. */
    public record Triggered(ObjectId queue, boolean lost) {}

    @Override
    public String ioctl() {
        return "IOMMU_TEST_OP_TRIGGER_VEVENT";
    }

    @Override
    public Decision<Triggered> decide(ContextView context) {
        Mocks.requireSelftest(context);
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Optional<HwptNested> nested =
                Optional.ofNullable(device.attachedTo())
                        .flatMap(attached -> context.find(attached, HwptNested.class));
        // The mock takes 0 for no virtual id.
        if (nested.isEmpty() || device.eventStreamId() == null || device.eventStreamId() == 0) {
            throw VEVENT_NOT_VIRTUAL.refusal("devId", devId);
        }
        Veventq queue =
                ReportedEvents.queueOf(context, nested.get().viommu(), Veventq.SELFTEST)
                        .orElseThrow(() -> VEVENT_NO_QUEUE.refusal("devId", devId));
        int virtId = device.eventStreamId().intValue();
        List<Change> changes =
                ReportedEvents.to(context, queue, List.of(QueuedEvent.ofVirtId(virtId)));
        return Decision.of(new Triggered(queue.id(), changes.size() == 1), changes);
    }
}
