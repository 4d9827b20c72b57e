package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.FaultQueue;

/** IOMMU_FAULT_QUEUE_ALLOC: a queue for page requests, with an open handle. */
public record AllocFaultQueue(long flags) implements Command<FaultQueue> {

    @Override
    public String ioctl() {
        return "IOMMU_FAULT_QUEUE_ALLOC";
    }

    @Override
    public Decision<FaultQueue> decide(ContextView context) {
        if (flags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags);
        }
        var queue = new FaultQueue(NewObjects.id(context), context.nextRevision(), true);
        return Decision.of(queue, new Change.ObjectCreated(queue));
    }
}
