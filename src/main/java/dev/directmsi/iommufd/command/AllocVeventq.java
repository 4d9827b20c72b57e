package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;

/**
 * IOMMU_VEVENTQ_ALLOC: a queue for a guest's hardware events, with an open handle.
 *
 * @param type not checked against the driver: a type that it never reports stays empty, as in Linux
 * @param depth normal events it holds, 1 to 2^19
 */
public record AllocVeventq(ObjectId viommuId, int type, long depth, long flags)
        implements Command<Veventq> {

    @Override
    public String ioctl() {
        return "IOMMU_VEVENTQ_ALLOC";
    }

    @Override
    public Decision<Veventq> decide(ContextView context) {
        if (flags != 0) {
            throw FLAGS_UNSUPPORTED.refusal("flags", flags);
        }
        if (type == 0) {
            throw VEVENTQ_TYPE_UNSUPPORTED.refusal("type", type);
        }
        if (depth == 0 || Long.compareUnsigned(depth, Limits.VEVENTQ_DEPTH) > 0) {
            throw VEVENTQ_DEPTH_INVALID.refusal(
                    "depth", Long.toUnsignedString(depth), "limit", Limits.VEVENTQ_DEPTH);
        }
        context.require(viommuId, Viommu.class, VIOMMU_MISSING);
        context.all(Veventq.class).stream()
                .filter(queue -> queue.viommu().equals(viommuId) && queue.type() == type)
                .findFirst()
                .ifPresent(queue -> {
                    throw VEVENTQ_EXISTS.refusal(
                            "viommuId", viommuId, "queueId", queue.id(), "type", type);
                });
        var queue =
                new Veventq(
                        NewObjects.id(context),
                        context.nextRevision(),
                        viommuId,
                        type,
                        (int) depth,
                        true,
                        0,
                        null);
        return Decision.of(queue, new Change.ObjectCreated(queue));
    }
}
