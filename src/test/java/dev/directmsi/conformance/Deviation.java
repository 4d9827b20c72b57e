package dev.directmsi.conformance;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which deliberate differences a replay has run into, by what the service did.
final class Deviation {

    private final Set<Deliberate> begun = EnumSet.noneOf(Deliberate.class);

    /// The deliberate difference that explains one that was found.
    Optional<Deliberate> explanation(Operation operation) {
        return begun.stream().filter(each -> each.concerns(operation)).findFirst();
    }

    /// Looks at an operation that was replayed.
    void watch(Operation operation, Result result, Session session) {
        switch (operation.kind()) {
            case "VFIO_ATTACH_IOMMUFD_PT" -> {
                if (result.errno() != null && isReplaceWithinIoas(operation, session)) {
                    begun.add(Deliberate.FAILED_REPLACE);
                }
            }
            case "VFIO_DETACH_IOMMUFD_PT" -> begun.remove(Deliberate.FAILED_REPLACE);
            case "VFIO_SET_IRQS" -> {
                if (result.errno() != null && ioasOfDevice(operation, session) == null) {
                    begun.add(Deliberate.LEAKED_EVENT_IDS);
                }
            }
            default -> {}
        }
    }

    private static boolean isReplaceWithinIoas(Operation operation, Session session) {
        Long current = ioasOfDevice(operation, session);
        return current != null && current.equals(ioasOf(session.id(operation, "pt_id"), session));
    }

    private static @Nullable Long ioasOfDevice(Operation operation, Session session) {
        if (!(session.handle(operation.symbol("devfd")).orElse(null)
                        instanceof Handle.Device device)
                || device.id == null) {
            return null;
        }
        Answer attachment = session.get("/devices/" + device.id + "/attachment");
        return attachment.succeeded() ? ioasOf(attachment.number("hwptId"), session) : null;
    }

    /// The address space below a page table, or the id itself if it is none.
    private static @Nullable Long ioasOf(long id, Session session) {
        Answer hwpt = session.get("/hwpts/" + id);
        if (!hwpt.succeeded()) {
            return id;
        }
        return hwpt.json().has("parentId")
                ? ioasOf(hwpt.number("parentId"), session)
                : Long.valueOf(hwpt.number("ioasId"));
    }
}
