package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.driver.Tags;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU_DESTROY: destroys an object that nothing uses. Devices, accesses and automatic page tables
 * are always busy.
 *
 * @param createdRevision the object that is meant, against reuse of its id; null for any
 */
public record DestroyObject(ObjectId id, @Nullable Long createdRevision)
        implements Command<DestroyObject.Destroyed> {

    /** What went. */
    public record Destroyed(IommufdObject object, int mappings, int events) {}

    @Override
    public String ioctl() {
        return "IOMMU_DESTROY";
    }

    static void checkRevision(IommufdObject object, @Nullable Long expected) {
        if (expected != null && expected != object.createdRevision()) {
            throw OBJECT_REPLACED.refusal(
                    "id", object.id(),
                    "actual", Long.toString(object.createdRevision()),
                    "expected", Long.toString(expected));
        }
    }

    @Override
    public Decision<Destroyed> decide(ContextView context) {
        IommufdObject object =
                context.find(id)
                        .orElseThrow(
                                () -> OBJECT_NOT_FOUND.refusal("context", context.id(), "id", id));
        checkRevision(object, createdRevision);
        var users = context.relations().usersOf(id);
        if (!users.isEmpty()) {
            throw OBJECT_IN_USE.refusal(
                    "id", id, "type", Types.of(object), "users", "objects " + users);
        }
        List<Change> changes = new ArrayList<>();
        int events = 0;
        switch (object) {
            case MockDevice mock -> {
                return destroyMock(context, mock);
            }
            case Ioas ioas -> destroyIoas(context, ioas, changes);
            case HwptPaging hwpt -> destroyTable(context, hwpt, changes);
            case HwptNested _, Vdevice _ -> {
                // nothing goes with them
            }
            case Viommu viommu -> checkUnmapped(viommu);
            case Device _, KernelAccess _ ->
                    throw OBJECT_NOT_DESTROYABLE.refusal("id", id, "type", Types.of(object));
            case FaultQueue queue -> checkHandle(queue, queue.handleOpen());
            case Veventq queue -> {
                checkHandle(queue, queue.handleOpen());
                for (var event : context.events(id)) {
                    changes.add(new Change.EventTaken(event));
                    events++;
                }
            }
            case HwQueue queue -> destroyHwQueue(context, queue, changes);
        }
        int mappings = object instanceof Ioas ? context.mappings(id).size() : 0;
        changes.add(new Change.ObjectDestroyed(object));
        return Decision.of(new Destroyed(object, mappings, events), changes);
    }

    /** The test driver unbinds its device and removes it. */
    private static Decision<Destroyed> destroyMock(ContextView context, MockDevice mock) {
        List<Change> changes = new UnbindDevice(mock.device(), null).decide(context).changes();
        return Decision.of(new Destroyed(mock, 0, 0), changes);
    }

    private static void destroyIoas(ContextView context, Ioas ioas, List<Change> changes) {
        context.mappings(ioas.id())
                .all()
                .forEach(area -> changes.add(new Change.MappingRemoved(ioas.id(), area)));
        ContextInfo info = context.info();
        if (ioas.id().equals(info.compatIoas())) {
            changes.add(new Change.ContextChanged(info, info.withCompatIoas(null)));
        }
    }

    private void destroyTable(ContextView context, HwptPaging hwpt, List<Change> changes) {
        if (hwpt.automatic()) {
            throw OBJECT_NOT_DESTROYABLE.refusal("id", id, "type", Types.of(hwpt));
        }
        DirtyPages.forget(context, hwpt, AddressRange.ALL, changes);
        Claim tag = Tags.claimOf(hwpt);
        if (tag != null) {
            changes.add(new Change.ResourceReleased(tag));
        }
    }

    private void checkHandle(IommufdObject queue, boolean open) {
        if (open) {
            throw HANDLE_OPEN.refusal("id", id, "type", Types.of(queue));
        }
    }

    private static void checkUnmapped(Viommu viommu) {
        MmapWindow window = viommu.window();
        if (window != null && window.mappings() > 0) {
            throw VIOMMU_MAPPED.refusal("id", viommu.id(), "count", window.mappings());
        }
    }

    private static void destroyHwQueue(ContextView context, HwQueue queue, List<Change> changes) {
        context.all(HwQueue.class).stream()
                .filter(other ->
                        other.viommu().equals(queue.viommu()) && other.index() == queue.index() + 1)
                .findFirst()
                .ifPresent(next -> {
                    throw OBJECT_IN_USE.refusal(
                            "id",
                            queue.id(),
                            "type",
                            Types.of(queue),
                            "users",
                            "hardware queue " + next.id());
                });
        context.all(KernelAccess.class).stream()
                .filter(access -> queue.id().equals(access.hwQueue()))
                .forEach(access -> changes.add(new Change.ObjectDestroyed(access)));
        Viommu before = context.find(queue.viommu(), Viommu.class).orElseThrow();
        Viommu after = IommuDriver.of(context, before.smmu()).withoutQueue(before, queue);
        if (!after.equals(before)) {
            changes.add(new Change.ObjectReplaced(before, after));
        }
    }
}
