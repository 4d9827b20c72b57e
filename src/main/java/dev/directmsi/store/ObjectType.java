package dev.directmsi.store;

import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;

/// The types of objects by the names that rows carry. A name is for ever: renaming a class does not
/// change it.
enum ObjectType {
    IOAS(Ioas.class),
    HWPT_PAGING(HwptPaging.class),
    HWPT_NESTED(HwptNested.class),
    DEVICE(Device.class),
    FAULT_QUEUE(FaultQueue.class),
    VIOMMU(Viommu.class),
    VDEVICE(Vdevice.class),
    VEVENTQ(Veventq.class),
    HW_QUEUE(HwQueue.class),
    ACCESS(KernelAccess.class),
    MOCK_DEVICE(MockDevice.class);

    private final Class<? extends IommufdObject> type;

    ObjectType(Class<? extends IommufdObject> type) {
        this.type = type;
    }

    Class<? extends IommufdObject> type() {
        return type;
    }

    static ObjectType of(IommufdObject object) {
        return switch (object) {
            case Ioas _ -> IOAS;
            case HwptPaging _ -> HWPT_PAGING;
            case HwptNested _ -> HWPT_NESTED;
            case Device _ -> DEVICE;
            case FaultQueue _ -> FAULT_QUEUE;
            case Viommu _ -> VIOMMU;
            case Vdevice _ -> VDEVICE;
            case Veventq _ -> VEVENTQ;
            case HwQueue _ -> HW_QUEUE;
            case KernelAccess _ -> ACCESS;
            case MockDevice _ -> MOCK_DEVICE;
        };
    }
}
