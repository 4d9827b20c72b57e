package dev.directmsi.iommufd.object;

/**
 * A page that a device wrote since its dirty bit was last cleared, in a page table that tracks.
 *
 * @param hwpt the page table
 * @param iova where the page begins: a leaf of the table, which an area contains as a whole
 */
public record DirtyPage(ObjectId hwpt, long iova) {}
