package dev.directmsi.api;

import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.ObjectId;
import org.jspecify.annotations.Nullable;

/// What belongs to a context as a whole and can change.
///
/// @param processAccounting whether pinned memory counts per process
/// @param compatIoasId the VFIO compatibility IOAS
/// @param doorbellPages how many doorbells have a place in the MSI window
/// @param nextStage2Fault number of the next stage-2 fault
record ContextSettings(
        boolean processAccounting,
        @Nullable ObjectId compatIoasId,
        int doorbellPages,
        long nextStage2Fault) {

    static ContextSettings of(ContextInfo info) {
        return new ContextSettings(
                info.processAccounting(),
                info.compatIoas(),
                info.doorbellPages().size(),
                info.nextStage2Fault());
    }
}
