package dev.directmsi.iommufd.object;

/**
 * A page request that user space has to answer. Each is a group of its own: the last page of it.
 *
 * @param queue the fault queue
 * @param sequence orders the requests of a queue
 * @param device which device asked
 * @param attachment the PASID whose page table took the request, 0 for the requester's own
 * @param hasPasid whether the request was made with a PASID
 * @param pasid which one, else 0
 * @param grpid the device's number for the group
 * @param perm what it wants to do: 1 read, 2 write, 4 execute, 8 privileged
 * @param addr where
 * @param cookie names the request in its answer, from 1; 0 before it is read
 */
public record PageFault(
        ObjectId queue,
        long sequence,
        ObjectId device,
        int attachment,
        boolean hasPasid,
        int pasid,
        int grpid,
        int perm,
        long addr,
        int cookie) {

    public static final int READ = 1;
    public static final int WRITE = 2;

    /** Whether it was read, and waits for its answer. */
    public boolean isRead() {
        return cookie != 0;
    }

    public PageFault withCookie(int given) {
        return new PageFault(
                queue, sequence, device, attachment, hasPasid, pasid, grpid, perm, addr, given);
    }
}
