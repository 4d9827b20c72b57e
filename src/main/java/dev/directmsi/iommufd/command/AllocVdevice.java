package dev.directmsi.iommufd.command;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Command;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Decision;
import dev.directmsi.iommufd.driver.IommuDriver;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;

/**
 * IOMMU_VDEVICE_ALLOC: gives a device its virtual StreamID in a vIOMMU. One per device over all
 * vIOMMUs.
 *
 * @param virtId unique within the vIOMMU; 64 bits are accepted, commands and events carry 32
 */
public record AllocVdevice(ObjectId viommuId, ObjectId devId, long virtId)
        implements Command<Vdevice> {

    @Override
    public String ioctl() {
        return "IOMMU_VDEVICE_ALLOC";
    }

    @Override
    public Decision<Vdevice> decide(ContextView context) {
        Viommu viommu = context.require(viommuId, Viommu.class, VIOMMU_MISSING);
        Device device = context.require(devId, Device.class, DEVICE_MISSING);
        IommuDriver driver = IommuDriver.of(context, device);
        if (!driver.iommu().equals(viommu.smmu())) {
            throw VDEVICE_OTHER_SMMU.refusal(
                    "devId",
                    devId,
                    "smmu",
                    driver.iommu(),
                    "viommuId",
                    viommuId,
                    "viommuSmmu",
                    viommu.smmu());
        }
        context.relations()
                .vdeviceOf(devId)
                .ifPresent(existing -> {
                    throw VDEVICE_EXISTS.refusal("devId", devId, "vdeviceId", existing.id());
                });
        context.all(Vdevice.class).stream()
                .filter(other -> other.viommu().equals(viommuId) && other.virtId() == virtId)
                .findFirst()
                .ifPresent(other -> {
                    throw VIRT_ID_TAKEN.refusal(
                            "virtId", virtId, "viommuId", viommuId, "vdeviceId", other.id());
                });
        driver.checkVdevice(viommu, context.function(device), virtId);
        var vdevice =
                new Vdevice(
                        NewObjects.id(context), context.nextRevision(), viommuId, devId, virtId);
        return Decision.of(vdevice, new Change.ObjectCreated(vdevice));
    }
}
