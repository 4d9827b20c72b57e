package dev.directmsi.iommufd.object;

import dev.directmsi.msi.MsiTarget;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A function that is bound to this context.
 *
 * @param function its name in the host's topology
 * @param group its IOMMU group
 * @param attachedTo the HWPT its requester id uses, or null while it is blocked
 * @param pasids the HWPT of each attached PASID
 * @param eventStreamId virtual StreamID captured when it was attached to a nested HWPT, for event
 *     records
 * @param target where its guest sees the MSI doorbell (the proposal), kept over detach
 * @param irqType which interrupts are in force
 * @param irqCount vectors that VFIO_DEVICE_SET_IRQS allocated; 0 when none
 * @param busMaster whether it may issue memory transactions (PCI command register)
 */
public record Device(
        ObjectId id,
        long createdRevision,
        String function,
        int group,
        @Nullable ObjectId attachedTo,
        SortedMap<Integer, ObjectId> pasids,
        @Nullable Long eventStreamId,
        @Nullable MsiTarget target,
        IrqType irqType,
        int irqCount,
        boolean busMaster)
        implements IommufdObject {

    /** VFIO interrupt indexes, as far as they are message signalled. */
    public enum IrqType {
        NONE,
        MSI,
        MSIX
    }

    public Device {
        pasids = Collections.unmodifiableSortedMap(new TreeMap<>(pasids));
    }

    public Device withAttachment(@Nullable ObjectId hwpt, @Nullable Long virtualStreamId) {
        return new Device(
                id,
                createdRevision,
                function,
                group,
                hwpt,
                pasids,
                virtualStreamId,
                target,
                irqType,
                irqCount,
                busMaster);
    }

    public Device withPasids(SortedMap<Integer, ObjectId> attached) {
        return new Device(
                id,
                createdRevision,
                function,
                group,
                attachedTo,
                attached,
                eventStreamId,
                target,
                irqType,
                irqCount,
                busMaster);
    }

    public Device withTarget(@Nullable MsiTarget newTarget) {
        return new Device(
                id,
                createdRevision,
                function,
                group,
                attachedTo,
                pasids,
                eventStreamId,
                newTarget,
                irqType,
                irqCount,
                busMaster);
    }

    public Device withIrqs(IrqType type, int count) {
        return new Device(
                id,
                createdRevision,
                function,
                group,
                attachedTo,
                pasids,
                eventStreamId,
                target,
                type,
                count,
                busMaster);
    }

    public Device withBusMaster(boolean enabled) {
        return new Device(
                id,
                createdRevision,
                function,
                group,
                attachedTo,
                pasids,
                eventStreamId,
                target,
                irqType,
                irqCount,
                enabled);
    }
}
