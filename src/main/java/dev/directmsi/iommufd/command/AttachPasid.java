package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.hardware.smmu.SmmuCommand;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/**
 * VFIO_DEVICE_ATTACH_IOMMUFD_PT with a PASID: attaches it, or replaces its attachment.
 *
 * @param pasid unsigned; from 2^31 on there is none
 * @param ptId an HWPT that was allocated with PASID
 */
public record AttachPasid(ObjectId devId, int pasid, ObjectId ptId)
        implements Command<AttachPasid.Attached> {

    /**
     * Where the PASID is now.
     *
     * @param ptId what was asked for
     * @param hwptId the page table in use
     */
    public record Attached(
            ObjectId ptId, ObjectId hwptId, boolean replaced, List<SmmuCommand> smmuCommands) {}

    @Override
    public String ioctl() {
        return "VFIO_DEVICE_ATTACH_IOMMUFD_PT";
    }

    @Override
    public Decision<Attached> decide(ContextView context) {
        Device device = context.require(devId, Device.class, DEVICE_NOT_FOUND);
        if (pasid < 0) {
            throw PASID_TOO_LARGE.refusal("pasid", Integer.toUnsignedString(pasid));
        }
        if (pasid == 0) {
            throw PASID_ZERO.refusal("devId", devId);
        }
        boolean replaces = device.pasids().containsKey(pasid);
        return new Pasids(context, device, pasid, ptId, replaces).decide();
    }
}
