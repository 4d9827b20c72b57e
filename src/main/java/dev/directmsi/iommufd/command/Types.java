package dev.directmsi.iommufd.command;

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

/** The names of the object types, as the API shows them. */
public final class Types {

    private Types() {}

    public static String of(IommufdObject object) {
        return switch (object) {
            case Ioas _ -> "IOAS";
            case HwptPaging _ -> "HWPT_PAGING";
            case HwptNested _ -> "HWPT_NESTED";
            case Device _ -> "DEVICE";
            case FaultQueue _ -> "FAULT_QUEUE";
            case Viommu _ -> "VIOMMU";
            case Vdevice _ -> "VDEVICE";
            case Veventq _ -> "VEVENTQ";
            case HwQueue _ -> "HW_QUEUE";
            case KernelAccess _ -> "ACCESS";
            case MockDevice _ -> "SELFTEST";
        };
    }
}
