package dev.directmsi.iommufd;

import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.QueuedEvent;

/**
 * The vocabulary of state: everything that can happen to a context. Understood in three places,
 * each an exhaustive switch: memory ({@link ContextState}), the store, and the hardware. A change
 * that replaces carries before and after, so the store knows INSERT from UPDATE and checks one row
 * each.
 */
public sealed interface Change {

    /** Context-wide settings: options, compat IOAS, doorbell pages, tombstones. */
    record ContextChanged(ContextInfo before, ContextInfo after) implements Change {}

    record ObjectCreated(IommufdObject object) implements Change {}

    /** Same id before and after. */
    record ObjectReplaced(IommufdObject before, IommufdObject after) implements Change {}

    record ObjectDestroyed(IommufdObject object) implements Change {}

    record MappingAdded(ObjectId ioas, Mapping mapping) implements Change {}

    record MappingRemoved(ObjectId ioas, Mapping mapping) implements Change {}

    /** An EMPTY vector becomes STAGED or ACTIVE. */
    record VectorAdded(MsiVector vector) implements Change {}

    /** Same device and index before and after. */
    record VectorReplaced(MsiVector before, MsiVector after) implements Change {}

    /** A vector becomes EMPTY; nothing of the guest's message is kept. */
    record VectorRemoved(MsiVector vector) implements Change {}

    record RegionAdded(MemoryRegion region) implements Change {}

    record RegionRemoved(MemoryRegion region) implements Change {}

    record FileAdded(MemoryFile file) implements Change {}

    record FileReplaced(MemoryFile before, MemoryFile after) implements Change {}

    record FileRemoved(MemoryFile file) implements Change {}

    /** A page of memory that was never written before. */
    record PageAdded(MemoryPage page) implements Change {}

    record PageReplaced(MemoryPage before, MemoryPage after) implements Change {}

    record PageRemoved(MemoryPage page) implements Change {}

    /** Pinned pages lose their user address. */
    record KeptAdded(KeptPages pages) implements Change {}

    /** Pages without a user address are pinned no more. */
    record KeptRemoved(KeptPages pages) implements Change {}

    record EventQueued(QueuedEvent event) implements Change {}

    record EventTaken(QueuedEvent event) implements Change {}

    /** A device wrote to a page that was clean. */
    record DirtyAdded(DirtyPage page) implements Change {}

    /** A dirty bit was read and cleared, or its page is mapped no more. */
    record DirtyRemoved(DirtyPage page) implements Change {}

    /** A device asks for a page. */
    record FaultRaised(PageFault fault) implements Change {}

    /** A page request was read: it has a cookie now, and waits for its answer. */
    record FaultRead(PageFault before, PageFault after) implements Change {}

    /** A page request was answered, by user space or because its device moved on. */
    record FaultAnswered(PageFault fault) implements Change {}

    record ResourceClaimed(Claim claim) implements Change {}

    record ResourceReleased(Claim claim) implements Change {}
}
