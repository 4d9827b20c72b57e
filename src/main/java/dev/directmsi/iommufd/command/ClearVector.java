package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.msi.VectorState;
import java.util.List;

/**
 * Forgets the guest's address of a vector that is not ACTIVE (a proposal). Nothing to do on an
 * EMPTY one.
 */
public record ClearVector(ObjectId devId, int index) implements Command<Boolean> {

    @Override
    public String ioctl() {
        return "SET_MSI_VECTOR";
    }

    /** Answers whether there was something to forget. */
    @Override
    public Decision<Boolean> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        PciFunction function = context.function(device);
        int limit = Interrupts.limit(function, Interrupts.preferred(function));
        if (index < 0 || index >= limit) {
            throw VECTOR_INDEX_INVALID.refusal(
                    "index", index, "device", function.name(), "count", limit);
        }
        MsiVector vector = context.vectors(devId).get(index);
        if (vector == null) {
            return Decision.of(false);
        }
        return switch (vector.state()) {
            case VectorState.Staged _ ->
                    Decision.of(true, List.of(new Change.VectorRemoved(vector)));
            case VectorState.Active _ ->
                    throw VECTOR_ACTIVE.refusal("index", index, "devId", devId);
        };
    }
}
