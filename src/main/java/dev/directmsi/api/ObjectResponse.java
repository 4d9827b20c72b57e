package dev.directmsi.api;

import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.command.Types;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.ObjectId;
import java.util.List;

/// What all objects have in common; each type's own path shows the rest.
///
/// @param type `IOAS`, `HWPT_PAGING`, `HWPT_NESTED`, `DEVICE`, `VIOMMU`, `VDEVICE`, `VEVENTQ`, …
/// @param createdRevision tells a reused id from the old object
/// @param references the objects that it uses
/// @param usedBy the objects that use it; they keep all but a device from being destroyed
record ObjectResponse(
        ObjectId id,
        String type,
        long createdRevision,
        List<ObjectId> references,
        List<ObjectId> usedBy) {

    static ObjectResponse of(IommufdObject object, ContextView context) {
        return new ObjectResponse(
                object.id(),
                Types.of(object),
                object.createdRevision(),
                List.copyOf(context.relations().referencesOf(object.id())),
                List.copyOf(context.relations().referrersOf(object.id())));
    }
}
