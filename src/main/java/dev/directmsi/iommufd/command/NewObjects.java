package dev.directmsi.iommufd.command;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Limits;
import dev.directmsi.iommufd.Reason;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/** Ids for new objects: the lowest that are free. */
final class NewObjects {

    private NewObjects() {}

    static ObjectId id(ContextView context) {
        return ids(context, 1).getFirst();
    }

    /** The {@code count} lowest that are free, ascending. */
    static List<ObjectId> ids(ContextView context, int count) {
        if (context.objects().size() + count > Limits.OBJECTS) {
            throw Reason.TOO_MANY.refusal(
                    "value", context.objects().size(), "what", "objects", "limit", Limits.OBJECTS);
        }
        return context.freeIds(count);
    }
}
