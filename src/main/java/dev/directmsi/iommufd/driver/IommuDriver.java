package dev.directmsi.iommufd.driver;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.Rejection;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.Viommu;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The driver of one IOMMU instance, as a rule of iommufd asks it. Every method that can refuse
 * throws a {@link Rejection}; none has an effect.
 */
public interface IommuDriver {

    /** The driver of the IOMMU that translates for a bound device. */
    static IommuDriver of(ContextView context, Device device) {
        return of(context, context.iommuOf(device));
    }

    /** The driver of an IOMMU of the context's host. */
    static IommuDriver of(ContextView context, String iommu) {
        Optional<MockIommu> mock = context.host().mock(iommu);
        return mock.isPresent()
                ? new MockDriver(context, mock.get())
                : new ArmSmmuV3Driver(context, context.smmu(iommu));
    }

    /** The IOMMU instance. */
    String iommu();

    /** Whether dirty pages can be tracked (kernel: IOMMU_CAP_DIRTY_TRACKING). */
    boolean tracksDirtyPages(PciFunction function);

    /**
     * What a new paging HWPT looks like (kernel: {@code domain_alloc_paging_flags}).
     *
     * @param flags without FAULT_ID_VALID, which is iommufd's own
     */
    TableShape shape(PciFunction function, Set<HwptFlag> flags, DriverData data);

    /** The sizes that its tables with this granule can map in one entry, as a bitmap. */
    long pageSizes(PageSize granule);

    /** Whether a nested HWPT can stand directly on a paging one, without a vIOMMU. */
    boolean nestsOnTables();

    /** What a guest gave for its table, two qwords (kernel: {@code domain_alloc_nested}). */
    GuestTable guestTable(Set<HwptFlag> flags, DriverData data);

    /**
     * Whether {@code hwpt} can translate for {@code device} (kernel: {@code attach_dev}).
     *
     * @param pasids how many PASIDs of the device are attached somewhere
     */
    void checkAttach(Device device, IommufdObject hwpt, int pasids);

    /** The same for a PASID (kernel: {@code set_dev_pasid}, and the checks of its core). */
    void checkAttachPasid(Device device, IommufdObject hwpt, int pasid);

    /** The leaf of a page table that translates {@code iova}: what has one dirty bit. */
    AddressRange leaf(HwptPaging hwpt, Mapping area, long iova);

    /** Bytes of a dirty leaf that the driver reports, from its beginning. */
    long reportedBytes(AddressRange leaf);

    /** What the hardware says of itself. */
    HwInfo hwInfo(PciFunction function, @Nullable Integer type);

    /** Whether there is such a vIOMMU for a device (kernel: {@code get_viommu_size}). */
    void checkViommuType(PciFunction function, int type);

    /** The rest of {@code viommu_init}, on a nest parent. */
    ViommuShape viommu(Device device, HwptPaging parent, int type, DriverData data);

    /**
     * What the driver writes into the data that came with a new vIOMMU.
     *
     * @return as many bytes as were given
     */
    byte[] answer(Viommu viommu, DriverData given);

    /** A guest's invalidations of a nested HWPT (kernel: {@code cache_invalidate_user}). */
    Invalidation invalidate(HwptNested hwpt, UserArray entries);

    /** A guest's invalidations of a vIOMMU (kernel: {@code cache_invalidate}). */
    Invalidation invalidate(Viommu viommu, UserArray entries);

    /**
     * The virtual id that events of a device carry while it is attached to {@code hwpt}; null when
     * the guest does not hear of them. {@code device} is as it was before.
     */
    @Nullable Long eventId(Device device, HwptNested hwpt);

    /** Whether a vIOMMU reads queues of this type (kernel: {@code get_hw_queue_size}). */
    void checkHwQueueType(Viommu viommu, int type);

    /**
     * Whether a queue can be there (kernel: {@code hw_queue_init_phys}).
     *
     * @param length bytes
     * @param base where it is in physical memory
     */
    void checkHwQueue(Viommu viommu, long index, long length, PhysAddr base);

    /** The vIOMMU after a queue of it is gone. */
    Viommu withoutQueue(Viommu viommu, HwQueue gone);

    /** The driver's own limits of a vDEVICE (kernel: {@code vdevice_init}). */
    void checkVdevice(Viommu viommu, PciFunction function, long virtId);
}
