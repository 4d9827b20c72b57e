package dev.directmsi.iommufd.object;

/**
 * Page requests for user space to answer.
 *
 * @param handleOpen whether its file descriptor is open; it holds the object
 */
public record FaultQueue(ObjectId id, long createdRevision, boolean handleOpen)
        implements IommufdObject {}
