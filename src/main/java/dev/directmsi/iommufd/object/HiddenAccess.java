package dev.directmsi.iommufd.object;

/**
 * The kernel's internal access that pins a queue's memory: it takes an id of which nobody is told.
 *
 * @param owner the hw queue
 */
public record HiddenAccess(ObjectId id, long createdRevision, ObjectId owner)
        implements IommufdObject {}
