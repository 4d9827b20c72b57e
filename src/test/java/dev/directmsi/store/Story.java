package dev.directmsi.store;

import dev.directmsi.address.Access;
import dev.directmsi.address.AddressRange;
import dev.directmsi.address.Ipa;
import dev.directmsi.address.PageSize;
import dev.directmsi.address.PhysAddr;
import dev.directmsi.address.UserVa;
import dev.directmsi.hardware.smmu.Vmid;
import dev.directmsi.iommufd.Change;
import dev.directmsi.iommufd.Claim;
import dev.directmsi.iommufd.object.Backing;
import dev.directmsi.iommufd.object.ContextInfo;
import dev.directmsi.iommufd.object.Device;
import dev.directmsi.iommufd.object.Device.IrqType;
import dev.directmsi.iommufd.object.DirtyPage;
import dev.directmsi.iommufd.object.FaultQueue;
import dev.directmsi.iommufd.object.HwQueue;
import dev.directmsi.iommufd.object.HwptFlag;
import dev.directmsi.iommufd.object.HwptNested;
import dev.directmsi.iommufd.object.HwptPaging;
import dev.directmsi.iommufd.object.Ioas;
import dev.directmsi.iommufd.object.KeptPages;
import dev.directmsi.iommufd.object.KernelAccess;
import dev.directmsi.iommufd.object.Mapping;
import dev.directmsi.iommufd.object.MemoryFile;
import dev.directmsi.iommufd.object.MemoryPage;
import dev.directmsi.iommufd.object.MemoryRegion;
import dev.directmsi.iommufd.object.MmapWindow;
import dev.directmsi.iommufd.object.MockDevice;
import dev.directmsi.iommufd.object.MsiVector;
import dev.directmsi.iommufd.object.ObjectId;
import dev.directmsi.iommufd.object.PageFault;
import dev.directmsi.iommufd.object.Pages;
import dev.directmsi.iommufd.object.QueuedEvent;
import dev.directmsi.iommufd.object.S2Copy;
import dev.directmsi.iommufd.object.Vdevice;
import dev.directmsi.iommufd.object.Veventq;
import dev.directmsi.iommufd.object.Viommu;
import dev.directmsi.msi.AddressOrigin;
import dev.directmsi.msi.DoorbellPage;
import dev.directmsi.msi.MsiMessage;
import dev.directmsi.msi.MsiTarget;
import dev.directmsi.msi.VectorState.Active;
import dev.directmsi.msi.VectorState.GuestMessage;
import dev.directmsi.msi.VectorState.Staged;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The life of one context in a few commits, in which every change and every type of object occurs,
/// with values from the upper half of the 64 bits.
final class Story {

    private static final long HIGH = 0xffff_ffff_ffff_f000L;

    private static final Ioas IOAS =
            new Ioas(
                    id(1),
                    2,
                    List.of(AddressRange.ALL, new AddressRange(0, 0xfff)),
                    List.of(new AddressRange(HIGH, -1L)),
                    true);
    private static final HwptPaging PARENT =
            new HwptPaging(
                    id(2),
                    2,
                    id(1),
                    false,
                    Set.of(HwptFlag.NEST_PARENT, HwptFlag.DIRECT_MSI),
                    Hosts.SMMU,
                    2,
                    PageSize.SIZE_4K,
                    new AddressRange(0, 0xffff_ffff_ffffL),
                    0,
                    true,
                    null,
                    false,
                    -1L,
                    List.of());
    private static final Viommu VIOMMU =
            new Viommu(
                    id(3),
                    2,
                    Viommu.ARM_SMMUV3,
                    id(2),
                    Hosts.SMMU,
                    new MmapWindow(0x1000, 0x2000, -1, 1),
                    List.of(0));
    private static final FaultQueue FAULTS = new FaultQueue(id(4), 2, true);
    private static final HwptNested NESTED =
            new HwptNested(id(5), 2, id(3), id(2), HIGH | 1, -1L, false, id(4));
    private static final Device DEVICE =
            new Device(
                    id(6),
                    2,
                    Hosts.DEVICE,
                    7,
                    null,
                    Collections.emptySortedMap(),
                    null,
                    null,
                    IrqType.NONE,
                    0,
                    false);
    private static final Device SIBLING =
            new Device(
                    id(7),
                    2,
                    Hosts.SIBLING,
                    7,
                    id(2),
                    new TreeMap<>(Map.of(1, id(2), 20, id(5))),
                    0xffff_ffffL,
                    new MsiTarget.Register(new Ipa(HIGH | 0x40)),
                    IrqType.MSI,
                    32,
                    true);
    private static final Vdevice VDEVICE = new Vdevice(id(8), 2, id(3), id(6), -1L);
    private static final Veventq EVENTS =
            new Veventq(id(9), 2, id(3), Veventq.ARM_SMMUV3, 8, true, 0, null);
    private static final HwQueue QUEUE =
            new HwQueue(id(10), 2, id(3), 1, 0, HIGH, 0x1000, new AddressRange(HIGH, -1L));
    private static final KernelAccess ACCESS =
            new KernelAccess(
                    id(11),
                    2,
                    id(1),
                    true,
                    id(10),
                    List.of(new KernelAccess.Pin(0, new AddressRange(HIGH, -1L))),
                    1);

    private static final MockDevice MOCK =
            new MockDevice(id(14), 2, id(6), List.of(-1, 0, 1, MockDevice.CACHE_DEFAULT), true);

    private static final Mapping LOW_MAPPING =
            new Mapping(
                    0x1000,
                    0x1fff,
                    new Backing.FileMemory("guest \"RAM\"", 0x8000_0000_0000_0000L),
                    Access.READ,
                    new Pages(1, true, false));
    private static final Mapping HIGH_MAPPING =
            new Mapping(
                    HIGH,
                    -1L,
                    new Backing.UserMemory(new UserVa(HIGH)),
                    Access.NONE,
                    new Pages(-1L, false, true));
    private static final Mapping SHORT_LIVED =
            new Mapping(
                    0x3000,
                    0x3fff,
                    new Backing.UserMemory(new UserVa(0)),
                    Access.READ_WRITE,
                    new Pages(1, true, false));

    private static final GuestMessage GUEST = new GuestMessage(HIGH | 0x40, -1);
    private static final MsiVector STAGED = new MsiVector(id(6), 0, new Staged(GUEST), true);
    private static final MsiVector ACTIVE =
            new MsiVector(
                    id(6),
                    0,
                    new Active(
                            new MsiMessage(0x8090040, 3),
                            new MsiMessage(HIGH | 0x40, 3),
                            AddressOrigin.GUEST,
                            GUEST),
                    false);
    private static final MsiVector WINDOW =
            new MsiVector(
                    id(6),
                    2047,
                    new Active(
                            new MsiMessage(0x8090040, 4),
                            new MsiMessage(0x8000040, 4),
                            AddressOrigin.WINDOW,
                            null),
                    false);

    private static final MemoryRegion REGION =
            new MemoryRegion(
                    new AddressRange(HIGH, -1L), Access.READ_WRITE, new PhysAddr(HIGH), "memfd");
    private static final MemoryRegion ANONYMOUS =
            new MemoryRegion(new AddressRange(0, 0xfff), Access.WRITE, new PhysAddr(0), null);
    private static final MemoryFile FILE = new MemoryFile("memfd", 0x1000, false, new PhysAddr(0));
    private static final MemoryFile SEALED =
            new MemoryFile("memfd", 0x1000, true, new PhysAddr(HIGH));
    private static final MemoryFile OTHER_FILE = new MemoryFile("other", 1, false, new PhysAddr(1));
    private static final MemoryFile DMA_BUF =
            new MemoryFile("dma-buf", 1, false, new PhysAddr(2), new MemoryFile.DmaBuf(false, 0));
    private static final MemoryFile REVOKED =
            DMA_BUF.withDmaBuf(new MemoryFile.DmaBuf(true, Long.MAX_VALUE));

    private static final KeptPages KEPT =
            new KeptPages(1, new AddressRange(0, 0xfff), new PhysAddr(HIGH), null);
    private static final KeptPages KEPT_OF_FILE =
            new KeptPages(
                    Long.MAX_VALUE, new AddressRange(HIGH, -1L), new PhysAddr(0x1000), "memfd");

    private static final QueuedEvent EVENT =
            new QueuedEvent(id(9), 1L << 30, -1L, 0, HIGH, 4, null);
    private static final QueuedEvent TAKEN = new QueuedEvent(id(9), 0, 1, 2, 3, 4, null);
    private static final QueuedEvent FAULT =
            new QueuedEvent(QueuedEvent.STAGE2_FAULTS, 5, 1, 2, 3, 4, "0000:01:00.0");

    private static final PageFault ASKED =
            new PageFault(id(4), 1L << 40, id(6), 7, true, 0xf_ffff, -1, -1, HIGH, 0);
    private static final PageFault ANSWERED =
            new PageFault(id(4), 0, id(6), 0, false, 0, 0, 1, 0x1000, 0);

    private Story() {}

    /// The commits, each a list of changes, of a context that was opened with `info`. The last one
    /// leaves a context in which there is something of every kind.
    static List<List<Change>> commits(ContextInfo info) {
        return List.of(creation(), additions(info), replacements(), removals());
    }

    private static List<Change> creation() {
        return List.of(
                new Change.ObjectCreated(IOAS),
                new Change.ObjectCreated(PARENT),
                new Change.ObjectCreated(VIOMMU),
                new Change.ObjectCreated(FAULTS),
                new Change.ObjectCreated(NESTED),
                new Change.ObjectCreated(DEVICE),
                new Change.ObjectCreated(SIBLING),
                new Change.ObjectCreated(VDEVICE),
                new Change.ObjectCreated(EVENTS),
                new Change.ObjectCreated(QUEUE),
                new Change.ObjectCreated(ACCESS),
                new Change.ObjectCreated(MOCK));
    }

    private static List<Change> additions(ContextInfo info) {
        return List.of(
                new Change.ContextChanged(
                        info,
                        info.withProcessAccounting(true)
                                .withCompatIoas(id(1))
                                .withTombstones(Set.of(12, 13))
                                .withNextStage2Fault(6)
                                .withDoorbellPages(
                                        List.of(
                                                new DoorbellPage(
                                                        0,
                                                        DoorbellPage.WINDOW_START,
                                                        new PhysAddr(HIGH),
                                                        0)),
                                        Map.of(7, -1L))),
                new Change.ResourceClaimed(new Claim.GroupClaim(7)),
                new Change.ResourceClaimed(new Claim.VmidClaim(Hosts.SMMU, new Vmid(1))),
                new Change.ResourceClaimed(new Claim.AsidClaim(Hosts.SMMU, 0xffff)),
                new Change.ResourceClaimed(new Claim.RamClaim(new AddressRange(HIGH, -1L))),
                new Change.MappingAdded(id(1), HIGH_MAPPING),
                new Change.MappingAdded(id(1), SHORT_LIVED),
                new Change.MappingAdded(id(1), LOW_MAPPING),
                new Change.VectorAdded(STAGED),
                new Change.VectorAdded(WINDOW),
                new Change.FileAdded(FILE),
                new Change.FileAdded(OTHER_FILE),
                new Change.FileAdded(DMA_BUF),
                new Change.RegionAdded(REGION),
                new Change.RegionAdded(ANONYMOUS),
                new Change.KeptAdded(KEPT),
                new Change.KeptAdded(KEPT_OF_FILE),
                new Change.PageAdded(page(HIGH, 1)),
                new Change.PageAdded(page(0x1000, 2)),
                new Change.EventQueued(TAKEN),
                new Change.EventQueued(EVENT),
                new Change.EventQueued(FAULT),
                new Change.FaultRaised(ASKED),
                new Change.FaultRaised(ANSWERED),
                new Change.DirtyAdded(new DirtyPage(id(2), HIGH)),
                new Change.DirtyAdded(new DirtyPage(id(2), 0x1000)));
    }

    private static List<Change> replacements() {
        return List.of(
                new Change.ObjectReplaced(
                        PARENT,
                        PARENT.withCopies(
                                List.of(
                                        new S2Copy(Hosts.SMMU, Hosts.ITS, new Vmid(1), true),
                                        new S2Copy(Hosts.SMMU, null, new Vmid(0xffff), false)))),
                new Change.ObjectReplaced(
                        DEVICE,
                        DEVICE.withAttachment(id(5), 9L)
                                .withTarget(new MsiTarget.FrameBase(new Ipa(0x808_0000)))
                                .withIrqs(IrqType.MSIX, 2048)),
                new Change.ObjectReplaced(EVENTS, EVENTS.afterEvent(false).afterEvent(true)),
                new Change.VectorReplaced(STAGED, ACTIVE),
                new Change.FaultRead(ASKED, ASKED.withCookie(-1)),
                new Change.FileReplaced(FILE, SEALED),
                new Change.FileReplaced(DMA_BUF, REVOKED),
                new Change.PageReplaced(page(HIGH, 1), page(HIGH, 3)));
    }

    private static List<Change> removals() {
        return List.of(
                new Change.ResourceReleased(new Claim.AsidClaim(Hosts.SMMU, 0xffff)),
                new Change.MappingRemoved(id(1), SHORT_LIVED),
                new Change.VectorRemoved(WINDOW),
                new Change.RegionRemoved(ANONYMOUS),
                new Change.FileRemoved(OTHER_FILE),
                new Change.KeptRemoved(KEPT),
                new Change.PageRemoved(page(0x1000, 2)),
                new Change.EventTaken(TAKEN),
                new Change.FaultAnswered(ANSWERED),
                new Change.DirtyRemoved(new DirtyPage(id(2), 0x1000)),
                new Change.ObjectDestroyed(ACCESS),
                new Change.ObjectCreated(
                        new KernelAccess(id(11), 5, id(1), false, null, List.of(), 7)),
                new Change.ObjectCreated(new Ioas(id(12), 5, List.of(), List.of(), false)),
                new Change.MappingAdded(id(12), SHORT_LIVED));
    }

    static MemoryPage page(long physical, int seed) {
        byte[] content = new byte[MemoryPage.SIZE];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * seed);
        }
        return new MemoryPage(physical, content);
    }

    static ObjectId id(int value) {
        return new ObjectId(value);
    }
}
