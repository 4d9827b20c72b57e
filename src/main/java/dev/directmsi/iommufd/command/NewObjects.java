package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.ObjectId;

/** Ids for new objects: the lowest that are free. */
final class NewObjects {

    private NewObjects() {}

    static ObjectId id(ContextView context) {
        if (context.objects().size() >= Limits.OBJECTS) {
            throw Reason.TOO_MANY.refusal(
                    "value", context.objects().size(), "what", "objects", "limit", Limits.OBJECTS);
        }
        return context.freeIds(1).getFirst();
    }
}
