package dev.directmsi.iommufd.driver;

import static dev.directmsi.iommufd.Reason.*;

import dev.directmsi.address.AddressRange;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.hardware.mock.MockIommu;
import dev.directmsi.hardware.pci.PciFunction;
import dev.directmsi.iommufd.ContextView;
import dev.directmsi.iommufd.HostMemory;
import dev.directmsi.iommufd.driver.HwInfo.Capability;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.IommufdObject;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Viommu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The kernel's own test driver, {@code CONFIG_IOMMUFD_TEST} of Linux 7.2. */
record MockDriver(ContextView context, MockIommu mock) implements IommuDriver {

    /**
     * {@code {u32 in_data; u32 out_data; u64 mmap_offset; u64 mmap_length}}, less or more of it.
     */
    private static final int LEAST_VIOMMU_DATA = 8;

    private static final int MOST_VIOMMU_DATA = 24;
    private static final int WINDOW_PAGES = 2;

    /** Hardware queues of a vIOMMU. */
    private static final int HW_QUEUES = 2;

    /** The first half is needed, the second optional. */
    private static final int LEAST_DATA = 4;

    private static final int MOST_DATA = 8;

    /** The value of the mock's test register. */
    private static final int TEST_REGISTER = 0xdead_beef;

    private static final Set<HwptFlag> FLAGS =
            EnumSet.of(HwptFlag.NEST_PARENT, HwptFlag.DIRTY_TRACKING, HwptFlag.PASID);

    @Override
    public String iommu() {
        return mock.name();
    }

    @Override
    public boolean tracksDirtyPages(PciFunction function) {
        return function.dirtyTracking();
    }

    @Override
    public TableShape shape(PciFunction function, Set<HwptFlag> flags, DriverData data) {
        int kind = 0;
        if (data.type() != 0) {
            kind = pageTableKind(data);
        }
        if (!FLAGS.containsAll(flags)) {
            throw HWPT_FLAGS_UNSUPPORTED.refusal(
                    "flags",
                    flags.stream().sorted().toList().toString(),
                    "problem",
                    "the mock driver does not have them");
        }
        return switch (kind) {
            case 0 -> new TableShape(1, MockIommu.IO_PAGE, MockIommu.APERTURE, 0, false);
            case 1 ->
                    new TableShape(
                            1, MockIommu.HUGE_KIND_PAGE, MockIommu.HUGE_KIND_APERTURE, 0, false);
            default ->
                    throw HWPT_DATA_UNSUPPORTED.refusal(
                            "problem", "there is no page table of kind " + kind);
        };
    }

    private static int pageTableKind(DriverData data) {
        checkData(data);
        return data.length() > LEAST_DATA ? data.half(1) : 0;
    }

    private static void checkData(DriverData data) {
        if (data.type() != DriverData.SELFTEST) {
            throw HWPT_DATA_UNSUPPORTED.refusal(
                    "problem", "the mock driver has no data type " + data.type());
        }
        if (data.length() < LEAST_DATA || data.length() > MOST_DATA) {
            throw HWPT_DATA_INVALID.refusal("dataType", data.type(), "length", data.length());
        }
    }

    @Override
    public long pageSizes(PageSize granule) {
        return granule.equals(MockIommu.IO_PAGE)
                ? MockIommu.PAGE_SIZES
                : MockIommu.HUGE_KIND_PAGE_SIZES;
    }

    @Override
    public boolean nestsOnTables() {
        return true;
    }

    /** Four words, all with the value that was given. */
    @Override
    public GuestTable guestTable(Set<HwptFlag> flags, DriverData data) {
        checkData(data);
        long word = Integer.toUnsignedLong(data.half(0));
        return new GuestTable(word | word << 32, word | word << 32);
    }

    @Override
    public void checkAttach(Device device, IommufdObject hwpt, int pasids) {
        PciFunction function = context.function(device);
        switch (hwpt) {
            case HwptPaging paging -> {
                if (paging.flags().contains(HwptFlag.DIRTY_TRACKING) && !function.dirtyTracking()) {
                    throw ATTACH_DIRTY_UNSUPPORTED.refusal(
                            "hwptId", hwpt.id(), "device", function.name());
                }
            }
            case HwptNested nested -> checkNested(device, nested);
            case IommufdObject other -> throw new IllegalStateException("no table: " + other);
        }
    }

    /** On a vIOMMU the mock wants to know who the device is there. */
    private void checkNested(Device device, HwptNested nested) {
        if (nested.viommu() != null
                && context.relations()
                        .vdeviceOf(device.id())
                        .map(Vdevice::viommu)
                        .filter(nested.viommu()::equals)
                        .isEmpty()) {
            throw ATTACH_NO_VDEVICE.refusal(
                    "hwptId", nested.id(), "devId", device.id(), "viommuId", nested.viommu());
        }
    }

    /** A device without PASIDs has one, 0. */
    @Override
    public void checkAttachPasid(Device device, IommufdObject hwpt, int pasid) {
        PciFunction function = context.function(device);
        if (Integer.compareUnsigned(pasid, 1 << function.pasidBits()) >= 0) {
            throw PASID_UNSUPPORTED.refusal(
                    "pasid",
                    Integer.toUnsignedString(pasid),
                    "device",
                    function.name(),
                    "bits",
                    function.pasidBits());
        }
    }

    /**
     * Memory counts as scattered pages, which is how the recorded kernel had it, except below a
     * table of the "huge" kind.
     */
    @Override
    public AddressRange leaf(HwptPaging hwpt, Mapping area, long iova) {
        boolean large =
                hwpt.granule().equals(MockIommu.HUGE_KIND_PAGE)
                        && context.find(hwpt.ioas(), Ioas.class)
                                .filter(Ioas::hugePages)
                                .isPresent();
        var memory = new HostMemory(context);
        for (PageSize size :
                List.of(large ? MockIommu.HUGE_PAGE : PageSize.SIZE_4K, PageSize.SIZE_4K)) {
            AddressRange block = size.page(iova);
            if (area.range().contains(block)
                    && memory.extent(area, block.first() - area.first())
                            .filter(part ->
                                    size.isAligned(part.first().value())
                                            && part.length() >= size.bytes())
                            .isPresent()) {
                return block;
            }
        }
        return hwpt.granule().page(iova);
    }

    /** Of a CPU page, which is two of its own, the mock reports the first one. */
    @Override
    public long reportedBytes(AddressRange leaf) {
        return leaf.length() == PageSize.SIZE_4K.bytes()
                ? MockIommu.IO_PAGE.bytes()
                : leaf.length();
    }

    @Override
    public HwInfo hwInfo(PciFunction function, @Nullable Integer type) {
        if (type != null && type != HwInfo.DEFAULT && type != HwInfo.SELFTEST) {
            throw HW_INFO_TYPE_UNSUPPORTED.refusal("type", type);
        }
        var capabilities = new TreeSet<Capability>();
        capabilities.add(Capability.PCI_ATS_NOT_SUPPORTED);
        if (tracksDirtyPages(function)) {
            capabilities.add(Capability.DIRTY_TRACKING);
        }
        return new HwInfo(
                HwInfo.SELFTEST, List.of(0, TEST_REGISTER), function.pasidBits(), capabilities);
    }

    @Override
    public void checkViommuType(PciFunction function, int type) {
        if (type != Viommu.SELFTEST) {
            throw VIOMMU_TYPE_UNSUPPORTED.refusal(
                    "type",
                    type,
                    "device",
                    function.name(),
                    "problem",
                    "the mock driver does not have it");
        }
    }

    /** Whatever a mock device stands behind, it is the same IOMMU. */
    @Override
    public ViommuShape viommu(Device device, HwptPaging parent, int type, DriverData data) {
        if (data.length() == 0) {
            return ViommuShape.PLAIN;
        }
        if (data.length() < LEAST_VIOMMU_DATA || data.length() > MOST_VIOMMU_DATA) {
            throw VIOMMU_DATA_INVALID.refusal("type", type, "length", data.length());
        }
        return new ViommuShape(WINDOW_PAGES * context.pageSize().bytes(), data.half(0));
    }

    @Override
    public byte[] answer(Viommu viommu, DriverData given) {
        MmapWindow window = viommu.window();
        if (window == null) {
            return given.bytes();
        }
        var all =
                ByteBuffer.allocate(MOST_VIOMMU_DATA)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(window.word())
                        .putInt(window.word())
                        .putLong(window.offset())
                        .putLong(window.length());
        return Arrays.copyOf(all.array(), given.length());
    }

    @Override
    public Invalidation invalidate(HwptNested hwpt, UserArray entries) {
        return new MockCaches(context).invalidate(hwpt, entries);
    }

    @Override
    public Invalidation invalidate(Viommu viommu, UserArray entries) {
        return new MockCaches(context).invalidate(viommu, entries);
    }

    /** Looked at only when the device comes to another vIOMMU. */
    @Override
    public @Nullable Long eventId(Device device, HwptNested hwpt) {
        @Nullable ObjectId current =
                Optional.ofNullable(device.attachedTo())
                        .flatMap(attached -> context.find(attached, HwptNested.class))
                        .map(HwptNested::viommu)
                        .orElse(null);
        if (hwpt.viommu() == null || hwpt.viommu().equals(current)) {
            return hwpt.viommu() == null ? null : device.eventStreamId();
        }
        return context.relations().vdeviceOf(device.id()).map(Vdevice::virtId).orElse(null);
    }

    @Override
    public void checkHwQueueType(Viommu viommu, int type) {
        if (type != HwQueue.SELFTEST) {
            throw HW_QUEUE_TYPE_UNSUPPORTED.refusal("type", type, "viommuId", viommu.id());
        }
    }

    @Override
    public void checkHwQueue(Viommu viommu, long index, long length, PhysAddr base) {
        QueueIndexes.check(viommu, index, HW_QUEUES);
    }

    /**
     * The mock forgets which index a queue had and takes it for 0, so index 1 can be used only once
     * (a slip of the test driver, reproduced as recorded).
     */
    @Override
    public Viommu withoutQueue(Viommu viommu, HwQueue gone) {
        return viommu.withoutQueue(0);
    }

    @Override
    public void checkVdevice(Viommu viommu, PciFunction function, long virtId) {
        // The mock takes any virtual id.
    }
}
