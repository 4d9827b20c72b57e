package dev.directmsi.walk;

import dev.directmsi.address.UserVa;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextId;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.CloseHandle;
import dev.directmsi.iommufd.command.DestroyAccess;
import dev.directmsi.iommufd.command.DestroyObject;
import dev.directmsi.iommufd.command.RemoveFile;
import dev.directmsi.iommufd.command.RemoveRegion;
import dev.directmsi.iommufd.command.UnbindDevice;
import dev.directmsi.iommufd.command.UnmapWindow;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Takes everything down, users before what they use.
///
/// @param states the context as it is now
/// @param run runs a command on it
record Dismantling(Function<ContextId, ContextView> states, BiConsumer<ContextId, Command<?>> run) {

    /// A fault now and then makes a command come again; more than these mean that something stays.
    private static final int MOST = 500;

    void all(List<ContextId> contexts) {
        for (ContextId id : contexts) {
            int count = 0;
            for (var next = next(states.apply(id));
                    next.isPresent();
                    next = next(states.apply(id))) {
                run.accept(id, next.get());
                Walk.require(count++ < MOST, "invariant 37: cannot be taken down", next.get());
            }
        }
    }

    private static Optional<Command<?>> next(ContextView context) {
        for (KernelAccess access : context.all(KernelAccess.class)) {
            if (!access.isLocking()) {
                return Optional.of(new DestroyAccess(access.id()));
            }
        }
        for (Viommu viommu : context.all(Viommu.class)) {
            if (viommu.window() != null && viommu.window().mappings() > 0) {
                return Optional.of(new UnmapWindow(viommu.window().offset()));
            }
        }
        for (HwQueue queue : context.all(HwQueue.class)) {
            if (isLast(context, queue)) {
                return Optional.of(new DestroyObject(queue.id(), null));
            }
        }
        for (Device device : context.all(Device.class)) {
            return Optional.of(new UnbindDevice(device.id(), null));
        }
        for (IommufdObject object : List.copyOf(context.objects()).reversed()) {
            if (context.relations().usersOf(object.id()).isEmpty()) {
                boolean open =
                        (object instanceof Veventq queue && queue.handleOpen())
                                || (object instanceof FaultQueue faults && faults.handleOpen());
                return Optional.of(
                        open ? new CloseHandle(object.id()) : new DestroyObject(object.id(), null));
            }
        }
        for (Long region : context.regions().keySet()) {
            return Optional.of(new RemoveRegion(new UserVa(region)));
        }
        return context.files().keySet().stream().findFirst().map(RemoveFile::new);
    }

    /// Hardware queues of a vIOMMU go in the reverse order of their indexes.
    private static boolean isLast(ContextView context, HwQueue queue) {
        return context.all(HwQueue.class).stream()
                .noneMatch(other ->
                        other.viommu().equals(queue.viommu()) && other.index() > queue.index());
    }
}
