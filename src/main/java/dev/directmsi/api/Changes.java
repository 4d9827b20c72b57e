package dev.directmsi.api;

import dev.directmsi.api.device.DeviceResponse;
import dev.directmsi.api.device.FileResponse;
import dev.directmsi.api.device.KeptPagesResponse;
import dev.directmsi.api.device.RegionResponse;
import dev.directmsi.api.device.VectorResponse;
import dev.directmsi.api.http.ChangeView;
import dev.directmsi.api.http.PlannedChange;
import dev.directmsi.api.hwpt.HwptResponse;
import dev.directmsi.api.ioas.IoasResponse;
import dev.directmsi.api.ioas.MappingResponse;
import dev.directmsi.api.selftest.KernelAccessResponse;
import dev.directmsi.api.viommu.FaultQueueResponse;
import dev.directmsi.api.viommu.HwQueueResponse;
import dev.directmsi.api.viommu.PageFaultResponse;
import dev.directmsi.api.viommu.VdeviceResponse;
import dev.directmsi.api.viommu.VeventqResponse;
import dev.directmsi.api.viommu.ViommuResponse;
import dev.directmsi.api.wire.EventResponse;
import dev.directmsi.api.wire.U64;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import org.springframework.stereotype.Component;

/// Shows what a dry run would change, in the shapes in which the resources are read.
@Component
class Changes implements ChangeView {

    /// A 4 KiB page of guest memory whose content would change.
    ///
    /// @param physical its address
    record WrittenPage(U64 physical) {}

    /// A page of a page table that would become dirty or clean.
    ///
    /// @param iova where it begins
    record ShownDirtyPage(ObjectId hwptId, U64 iova) {

        static ShownDirtyPage of(DirtyPage page) {
            return new ShownDirtyPage(page.hwpt(), new U64(page.iova()));
        }
    }

    @Override
    public PlannedChange of(Change change, ContextView context) {
        return new PlannedChange(ChangeView.kind(change), shown(change, context));
    }

    private static Object shown(Change change, ContextView context) {
        return switch (change) {
            case Change.ObjectCreated c -> shown(c.object(), context);
            case Change.ObjectReplaced c -> shown(c.after(), context);
            case Change.ObjectDestroyed c -> shown(c.object(), context);
            case Change.MappingAdded c -> MappingResponse.of(c.mapping());
            case Change.MappingRemoved c -> MappingResponse.of(c.mapping());
            case Change.EventQueued c -> shown(c.event(), context);
            case Change.EventTaken c -> shown(c.event(), context);
            case Change.ContextChanged c -> ContextSettings.of(c.after());
            case Change.PageAdded c -> new WrittenPage(new U64(c.page().physical()));
            case Change.PageReplaced c -> new WrittenPage(new U64(c.after().physical()));
            case Change.PageRemoved c -> new WrittenPage(new U64(c.page().physical()));
            case Change.DirtyAdded c -> ShownDirtyPage.of(c.page());
            case Change.DirtyRemoved c -> ShownDirtyPage.of(c.page());
            case Change.FaultRaised c -> PageFaultResponse.of(c.fault());
            case Change.FaultRead c -> PageFaultResponse.of(c.after());
            case Change.FaultAnswered c -> PageFaultResponse.of(c.fault());
            case Change.ResourceClaimed c -> ClaimResponse.of(c.claim());
            case Change.ResourceReleased c -> ClaimResponse.of(c.claim());
            case Change.VectorAdded c -> VectorResponse.of(c.vector(), context);
            case Change.VectorReplaced c -> VectorResponse.of(c.after(), context);
            case Change.VectorRemoved c -> VectorResponse.of(c.vector(), context);
            case Change.RegionAdded c -> RegionResponse.of(c.region());
            case Change.RegionRemoved c -> RegionResponse.of(c.region());
            case Change.KeptAdded c -> KeptPagesResponse.of(c.pages());
            case Change.KeptRemoved c -> KeptPagesResponse.of(c.pages());
            case Change.FileAdded c -> FileResponse.of(c.file());
            case Change.FileReplaced c -> FileResponse.of(c.after());
            case Change.FileRemoved c -> FileResponse.of(c.file());
        };
    }

    private static EventResponse shown(QueuedEvent event, ContextView context) {
        int type =
                context.find(event.queue(), Veventq.class)
                        .map(Veventq::type)
                        .orElse(Veventq.ARM_SMMUV3);
        return EventResponse.of(event, type);
    }

    private static Object shown(IommufdObject object, ContextView context) {
        return switch (object) {
            case Ioas ioas -> IoasResponse.of(ioas, context);
            case HwptPaging hwpt -> HwptResponse.of(hwpt, context);
            case HwptNested hwpt -> HwptResponse.of(hwpt, context);
            case Viommu viommu -> ViommuResponse.of(viommu, context);
            case Vdevice vdevice -> VdeviceResponse.of(vdevice, context);
            case Veventq queue -> VeventqResponse.of(queue, context);
            case FaultQueue queue -> FaultQueueResponse.of(queue, context);
            case Device device -> DeviceResponse.of(device, context);
            case HwQueue queue -> HwQueueResponse.of(queue, context);
            case KernelAccess access -> KernelAccessResponse.of(access);
            case MockDevice _ -> ObjectResponse.of(object, context);
        };
    }
}
