package dev.directmsi.iommufd;

import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which object uses which, from both ends. */
final class References {

    private static final SortedSet<ObjectId> NONE = Collections.emptySortedSet();

    private final Map<ObjectId, SortedSet<ObjectId>> users = new HashMap<>();
    private final Map<ObjectId, SortedSet<ObjectId>> namers = new HashMap<>();
    private final Map<ObjectId, SortedSet<ObjectId>> used = new HashMap<>();

    References(Collection<IommufdObject> objects) {
        objects.forEach(this::note);
    }

    private void note(IommufdObject object) {
        switch (object) {
            case Ioas _, FaultQueue _ -> {
                // use nothing
            }
            case HwptPaging hwpt -> {
                uses(hwpt, hwpt.ioas());
                uses(hwpt, hwpt.faultQueue());
            }
            case HwptNested hwpt -> {
                uses(hwpt, hwpt.viommu() == null ? hwpt.parent() : hwpt.viommu());
                uses(hwpt, hwpt.faultQueue());
            }
            case Device device -> {
                uses(device, device.attachedTo());
                device.pasids().values().forEach(hwpt -> uses(device, hwpt));
            }
            case Viommu viommu -> uses(viommu, viommu.parent());
            case Vdevice vdevice -> {
                uses(vdevice, vdevice.viommu());
                names(vdevice, vdevice.device());
            }
            case Veventq queue -> uses(queue, queue.viommu());
            case HwQueue queue -> uses(queue, queue.viommu());
            case MockDevice mock -> names(mock, mock.device());
            case KernelAccess access -> uses(access, access.ioas());
        }
    }

    private void uses(IommufdObject user, @Nullable ObjectId object) {
        if (object != null) {
            note(users, user.id(), object);
        }
    }

    /** A reference that keeps nothing alive: unbinding the device ends it. */
    private void names(IommufdObject namer, ObjectId named) {
        note(namers, namer.id(), named);
    }

    private void note(
            Map<ObjectId, SortedSet<ObjectId>> referrers, ObjectId from, ObjectId object) {
        referrers.computeIfAbsent(object, _ -> new TreeSet<>()).add(from);
        used.computeIfAbsent(from, _ -> new TreeSet<>()).add(object);
    }

    SortedSet<ObjectId> referrersOf(ObjectId id) {
        var all = new TreeSet<>(usersOf(id));
        all.addAll(namers.getOrDefault(id, NONE));
        return all;
    }

    SortedSet<ObjectId> usersOf(ObjectId id) {
        return users.getOrDefault(id, NONE);
    }

    SortedSet<ObjectId> usedBy(ObjectId id) {
        return used.getOrDefault(id, NONE);
    }
}
