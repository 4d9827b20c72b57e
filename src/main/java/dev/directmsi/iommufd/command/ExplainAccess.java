package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.Access;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.DeviceAccess;
import dev.directmsi.iommufd.DeviceAccess.Journey;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Follows one access hop by hop, with no effect.
 *
 * @param access READ or WRITE
 * @param data a value to write; without one a write is followed to its address only
 * @param pasid 0 to 2^20-1, or null
 */
public record ExplainAccess(
        ObjectId devId,
        Access access,
        long address,
        @Nullable Integer data,
        @Nullable Integer pasid)
        implements Command<Journey> {

    @Override
    public String ioctl() {
        return "EXPLAIN";
    }

    @Override
    public Decision<Journey> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        Mocks.requireTranslation(context, device);
        Dma.check(access, pasid);
        return Decision.of(new DeviceAccess(context, device).access(address, access, pasid, data));
    }
}
