package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.MsiEntry;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.DeviceAccess;
import dev.directmsi.iommufd.DeviceAccess.Journey;
import dev.directmsi.iommufd.EventReports;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.Landing;
import dev.directmsi.iommufd.MemoryWrites;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.MsiMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The device writes an interrupt message: what is programmed for a vector, or any address and data.
 * Has the effects that hardware would have: a lost message may end in memory, a fault in a queue.
 *
 * @param vector the vector to signal, or null
 * @param message address and data, or null
 */
public record MsiWrite(ObjectId devId, @Nullable Integer vector, @Nullable MsiMessage message)
        implements Command<MsiWrite.Written> {

    /** What the device wrote, null where it wrote nothing, and where that ended. */
    public record Written(@Nullable MsiMessage message, Journey journey) {}

    @Override
    public String ioctl() {
        return "MSI_WRITE";
    }

    @Override
    public Decision<Written> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Mocks.requireTranslation(context, device);
        if ((vector == null) == (message == null)) {
            throw WRITE_AMBIGUOUS.refusal("given", vector == null ? "neither" : "both");
        }
        PciFunction function = context.function(device);
        if (vector != null && (vector < 0 || vector >= function.vectors())) {
            throw VECTOR_INDEX_INVALID.refusal(
                    "index", vector, "device", function.name(), "count", function.vectors());
        }
        if (!context.machine().isBusMaster(function.name())) {
            return nothing(function, new Landing.NotIssued("bus mastering is off"));
        }
        MsiMessage written = message;
        if (vector != null) {
            boolean block = device.irqType() == IrqType.MSI;
            MsiEntry entry = context.machine().msi(function.name(), block ? 0 : vector);
            if (entry == null || (block && vector >= device.irqCount())) {
                return nothing(
                        function, new Landing.NotIssued("vector " + vector + " is not programmed"));
            }
            MsiVector state = context.vectors(devId).get(vector);
            if ((!block && entry.masked()) || (block && state != null && state.masked())) {
                return nothing(function, new Landing.Masked());
            }
            written = new MsiMessage(entry.address(), entry.data() | (block ? vector : 0));
        }
        if (written == null) {
            throw WRITE_AMBIGUOUS.refusal("given", "neither");
        }
        Journey journey =
                new DeviceAccess(context, device).message(written.address(), written.data());
        return Decision.of(
                new Written(written, journey), effects(context, device, journey, written));
    }

    private static Decision<Written> nothing(PciFunction function, Landing landing) {
        return Decision.of(
                new Written(
                        null, new Journey(function.streamIds().getFirst(), List.of(), landing)));
    }

    private static List<Change> effects(
            ContextView context, Device device, Journey journey, MsiMessage written) {
        List<Change> changes = new ArrayList<>();
        if (journey.landing() instanceof Landing.LostSilent lost
                && new HostMemory(context).isRam(lost.address())) {
            var writes = new MemoryWrites(context);
            byte[] bytes =
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(written.data())
                            .array();
            writes.write(lost.address(), bytes, 0, bytes.length);
            changes.addAll(writes.changes());
            DirtyPages.of(context, device, null)
                    .ifPresent(pages -> {
                        pages.mark(written.address());
                        changes.addAll(pages.changes());
                    });
        }
        if (journey.landing() instanceof Landing.Faulted faulted) {
            var reports = new EventReports(context, device);
            reports.report(faulted.fault().event());
            changes.addAll(reports.changes());
        }
        return changes;
    }
}
