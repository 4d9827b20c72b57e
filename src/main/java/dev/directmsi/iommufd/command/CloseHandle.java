package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Veventq;

/**
 * close() of the file descriptor of a fault queue or vEVENTQ: the object stays, and can now be
 * destroyed.
 */
public record CloseHandle(ObjectId id) implements Command<IommufdObject> {

    @Override
    public String ioctl() {
        return "close";
    }

    @Override
    public Decision<IommufdObject> decide(ContextView context) {
        IommufdObject before =
                context.find(id)
                        .orElseThrow(
                                () -> OBJECT_NOT_FOUND.refusal("context", context.id(), "id", id));
        IommufdObject after =
                switch (before) {
                    case Veventq queue when queue.handleOpen() -> queue.withHandleClosed();
                    case FaultQueue queue when queue.handleOpen() ->
                            new FaultQueue(queue.id(), queue.createdRevision(), false);
                    case Veventq _, FaultQueue _ -> throw HANDLE_CLOSED.refusal("id", id);
                    case IommufdObject _ ->
                            throw OBJECT_NOT_FOUND.refusal("context", context.id(), "id", id);
                };
        return Decision.of(after, new Change.ObjectReplaced(before, after));
    }
}
